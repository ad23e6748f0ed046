import type { Client } from '@temporalio/client';
import express, { type Router } from 'express';
import type { ActiveProvider } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';
import type { VisibilityReader } from '../temporal/visibility-reader.ts';
import { requireAdmin } from './admin.ts';
import { describeEvent, listEvents } from './events.ts';
import { addGraphRoutes, type GraphRouteOptions } from './graph-routes.ts';
import { addHealthRoutes, type HealthOptions } from './health-routes.ts';
import {
  eventParameters,
  eventsParameters,
  readParameters,
  rejectionsParameters,
  replayParameters,
  statsParameters,
} from './parameters.ts';
import { describeProviders } from './providers.ts';
import { replayEvent } from './replay.ts';
import type { Rejections } from '../ingress/rejections.ts';
import { StatsReader } from './stats.ts';

export interface OpsOptions extends HealthOptions, GraphRouteOptions {
  readonly rejections: Pick<Rejections, 'list'>;
  readonly client: Client;
  /** Shared with whoever else asks, because its requests are counted. */
  readonly visibility: VisibilityReader;
  readonly registry: Registry;
  readonly active: ReadonlyMap<string, ActiveProvider>;
  /** How the inbox stands, where there is one. */
  readonly inbox?: () => object;
  /** Of the namespace in the Temporal UI, without a slash at its end. */
  readonly temporalUi?: string;
}

/** What people and their tools ask. Everything that shows or changes single deliveries wants the admin token. */
export function createOpsRouter(options: OpsOptions): Router {
  const router = express.Router();
  const { visibility } = options;
  addHealthRoutes(router, options);
  addOpenRoutes(router, visibility, options);
  addGraphRoutes(router, options);
  addEventRoutes(router, visibility, options);
  return router;
}

function addOpenRoutes(router: Router, visibility: VisibilityReader, options: OpsOptions): void {
  const { registry, active, inbox } = options;
  const stats = new StatsReader(visibility, [...active.keys()]);
  router.get('/providers', (_request, response) => {
    response.json(describeProviders(registry, active));
  });
  router.get('/stats', async (request, response) => {
    const { window } = readParameters(statsParameters, request.query);
    response.json({ ...(await stats.read(window)), ...(inbox === undefined ? {} : { inbox: inbox() }) });
  });
  router.get('/webhooks/status', async (_request, response) => {
    const { status, providers } = await stats.read();
    response.json({ status, stats: providers['clickup'] ?? emptyStats });
  });
}

/** ClickUp's figures where ClickUp is not enabled. */
const emptyStats = {
  events_processed: 0,
  events_failed: 0,
  success_rate: null,
  last_processed: null,
  running: 0,
  conflicts: 0,
};

function addEventRoutes(router: Router, visibility: VisibilityReader, options: OpsOptions): void {
  const { client, adminToken, temporalUi, rejections } = options;
  const admin = requireAdmin(adminToken);
  router.get('/rejections', admin, (request, response) => {
    response.json({ rejections: rejections.list(readParameters(rejectionsParameters, request.query)) });
  });
  router.get('/events', admin, async (request, response) => {
    const { since, limit, ...filter } = readParameters(eventsParameters, request.query);
    const from = since === undefined ? undefined : Date.now() - since.ms;
    response.json(await listEvents(visibility, { ...filter, from }, limit));
  });
  router.get('/events/:provider/:id', admin, async (request, response) => {
    const event = readParameters(eventParameters, request.params);
    response.json(await describeEvent({ client, visibility, temporalUi }, event));
  });
  router.post('/events/:provider/:id/replay', admin, async (request, response) => {
    const { force } = readParameters(replayParameters, request.query);
    const event = readParameters(eventParameters, request.params);
    response.json(await replayEvent(client, event, force === 'true'));
  });
}
