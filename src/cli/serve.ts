import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Router } from 'express';
import { createApp, createFrame, type FrameOptions } from '../ingress/app.ts';
import { listen, type ListenOptions } from '../ingress/listen.ts';
import { Rejections } from '../ingress/rejections.ts';
import { affordableConnections } from '../lifecycle/open-files.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import { addHealthRoutes, type HealthOptions } from '../ops/health-routes.ts';
import { createOpsRouter } from '../ops/routes.ts';
import { VisibilityReader } from '../temporal/visibility-reader.ts';
import { startAccepting } from './intake.ts';
import { probesOf, vitalOf } from './probes.ts';
import { tasksOf } from './role.ts';
import type { RunningParts, RunningSystem, SystemOptions } from './system.ts';

/** The HTTP side of a process: all of it where deliveries are received, its health alone elsewhere. */
export async function serve(
  options: SystemOptions,
  parts: RunningParts,
  shutdown: Shutdown,
): Promise<RunningSystem> {
  const { config, role, version, log } = options;
  const { temporal, workers } = parts;
  const { receives } = tasksOf(role);
  const health = {
    probes: probesOf(parts, config.inbox.mode),
    vital: vitalOf(role, config.inbox.mode),
    isReady: () => !shutdown.isRunning && workers?.state() !== 'ended',
  };
  const frame = {
    log: log.child({ component: role === 'worker' ? 'worker' : 'ingress' }),
    info: {
      name: 'flow-state-webhooks',
      version,
      ...(role === 'start' ? {} : { role }),
      ...(temporal.ui === undefined ? {} : { temporal_ui: temporal.ui }),
    },
  };
  const app = receives
    ? await createIngressApp(options, { ...parts, health, frame }, shutdown)
    : createFrame({ ...frame, routers: [addHealthRoutes(express.Router(), health)] });
  const { url, close } = await listen(app, receives ? await boundsOf(options) : config.worker);
  shutdown.onShutdown('HTTP server', close);
  // From the first moment of a stop /readyz says 503; who asks it has so long to send elsewhere.
  const delayMs = receives ? config.webhooks.stop_delay_seconds * 1000 : 0;
  shutdown.onShutdown('delay of the stop', async () => await sleep(delayMs));
  return { url, temporalUi: temporal.ui };
}

async function boundsOf({ config, log }: SystemOptions): Promise<ListenOptions> {
  const { host, port, max_connections: wanted } = config.webhooks;
  const maxConnections = await affordableConnections(wanted);
  if (maxConnections < wanted) {
    log.warn(
      { wanted, taken: maxConnections },
      'fewer connections than configured: too few files may be open',
    );
  }
  return { host, port, maxConnections };
}

interface IngressParts extends RunningParts {
  readonly health: HealthOptions;
  readonly frame: FrameOptions;
}

async function createIngressApp(options: SystemOptions, parts: IngressParts, shutdown: Shutdown) {
  const { config } = options;
  const { temporal, active, inbox, frame } = parts;
  const visibility = new VisibilityReader(temporal.client, config.temporal.visibility_per_second);
  const accept = startAccepting({ config, client: temporal.client, visibility, inbox }, shutdown);
  const rejections = await openRejections(options, shutdown);
  return createApp({
    ...frame,
    providers: active,
    webhooksEnabled: config.webhooks.enabled,
    accept,
    rejections,
    maxBodyBytes: config.webhooks.max_body_bytes,
    routers: [opsRouterOf(options, { ...parts, visibility, rejections })],
  });
}

async function openRejections({ config, log }: SystemOptions, shutdown: Shutdown): Promise<Rejections> {
  const rejections = await Rejections.open(join(config.data_dir, 'rejections.json'), log);
  shutdown.onShutdown('rejections', async () => await rejections.close());
  return rejections;
}

function opsRouterOf(
  { config, registry }: SystemOptions,
  parts: IngressParts & { visibility: VisibilityReader; rejections: Rejections },
): Router {
  const { temporal, graph, active, together, inbox, visibility, rejections, health } = parts;
  return createOpsRouter({
    ...health,
    ...{ client: temporal.client, visibility, registry, active, rejections },
    ...{ graph, model: together.model, namesIn: together.namesIn },
    adminToken: config.admin.token,
    ...(inbox === undefined ? {} : { inbox: () => inbox.status() }),
    ...(temporal.ui === undefined ? {} : { temporalUi: temporal.ui }),
  });
}
