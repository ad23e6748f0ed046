import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Router } from 'express';
import type { Logger } from 'pino';
import { createActivities } from '../../activities/index.ts';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/schema.ts';
import { SystemRefusedError } from '../errors.ts';
import type { GraphStore } from '../graph/store.ts';
import { createApp } from '../ingress/app.ts';
import type { AtFaultPoint } from '../ingress/fault-points.ts';
import type { Inbox } from '../ingress/inbox/inbox.ts';
import { Rejections } from '../ingress/rejections.ts';
import { listen } from '../ingress/listen.ts';
import { findShortage } from '../lifecycle/free-space.ts';
import { lockDataDir } from '../lifecycle/lock.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Probe } from '../ops/health.ts';
import { createOpsRouter } from '../ops/routes.ts';
import type { ActiveProvider } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';
import { bringTogether, type Together } from '../providers/together.ts';
import { VisibilityReader } from '../temporal/visibility-reader.ts';
import { type RunningWorkers, startWorkers } from '../temporal/worker.ts';
import { startTemporal, type Temporal } from './start-temporal.ts';
import { inboxProbe, openInbox, startAccepting } from './intake.ts';

export interface SystemOptions {
  readonly config: Config;
  readonly registry: Registry;
  readonly env: Environment;
  readonly version: string;
  readonly log: Logger;
  /** Told a sentence for each step that may take a while. */
  readonly onProgress: (sentence: string) => void;
  readonly openGraph: (path: string) => Promise<GraphStore>;
  /** Tests let it fail there. */
  readonly at?: AtFaultPoint;
}

export interface RunningSystem {
  readonly url: string;
  /** Of the namespace in the Temporal UI, where the server is our own. */
  readonly temporalUi: string | undefined;
}

/**
 * Everything in one process tree: Temporal, the graph, the workers, the HTTP server. What is begun is told to the
 * shutdown at once, so that a start that fails halfway leaves nothing running.
 */
export async function startSystem(options: SystemOptions, shutdown: Shutdown): Promise<RunningSystem> {
  const { config, onProgress } = options;
  shutdown.onShutdown('lock of the data directory', await lockDataDir(config.data_dir));
  const shortage = await findShortage(config.data_dir);
  if (shortage !== undefined) throw new SystemRefusedError(shortage);
  const temporal = await startTemporal(options, shutdown);
  onProgress('Opening the graph …');
  const active = activeProviders(config);
  const together = bringTogether(active.values(), config.people);
  const graph = await openGraph(options, together, shutdown);
  const inbox = await openInbox(options, shutdown);
  onProgress('Starting the workers …');
  const workers = await startWorkersOf(options, { temporal, graph, active, together }, shutdown);
  return await startHttp(options, { temporal, graph, active, together, workers, inbox }, shutdown);
}

function activeProviders({ webhooks }: Config): Map<string, ActiveProvider> {
  return new Map(
    webhooks.providers.flatMap((entry) => (entry.enabled ? [[entry.name, entry] as const] : [])),
  );
}

type Active = ReadonlyMap<string, ActiveProvider>;

async function openGraph(
  { config, openGraph: open }: SystemOptions,
  together: Together,
  shutdown: Shutdown,
): Promise<GraphStore> {
  const folder = join(config.data_dir, 'graph');
  await mkdir(folder, { recursive: true });
  const graph = await open(join(folder, 'graph.lbug'));
  shutdown.onShutdown('graph', async () => await graph.close());
  await graph.migrate(together.model);
  return graph;
}

interface Parts {
  readonly temporal: Temporal;
  readonly graph: GraphStore;
  readonly active: Active;
  readonly together: Together;
}

async function startWorkersOf(
  { config, log }: SystemOptions,
  { temporal, graph, active, together }: Parts,
  shutdown: Shutdown,
): Promise<RunningWorkers> {
  const workers = await startWorkers({
    connection: temporal.connection,
    dataConverter: temporal.dataConverter,
    namespace: config.temporal.namespace,
    providers: [...active.keys()],
    activities: createActivities({
      providers: active,
      graph,
      connect: together.connect,
      log: log.child({ component: 'worker' }),
    }),
    onFailure: (error) => {
      log.error({ err: error }, 'a worker ended unasked');
    },
  });
  shutdown.onShutdown('workers', async () => await workers.stop());
  return workers;
}

interface ServedParts extends Parts {
  readonly workers: RunningWorkers;
  readonly inbox: Inbox | undefined;
}

async function startHttp(
  options: SystemOptions,
  parts: ServedParts,
  shutdown: Shutdown,
): Promise<RunningSystem> {
  const { config, version, log } = options;
  const { temporal, active, inbox } = parts;
  const visibility = new VisibilityReader(temporal.client);
  const accept = startAccepting({ config, client: temporal.client, visibility, inbox }, shutdown);
  const rejections = await openRejections(options, shutdown);
  const app = createApp({
    providers: active,
    webhooksEnabled: config.webhooks.enabled,
    accept,
    rejections,
    maxBodyBytes: config.webhooks.max_body_bytes,
    log: log.child({ component: 'ingress' }),
    info: {
      name: 'flow-state-webhooks',
      version,
      ...(temporal.ui === undefined ? {} : { temporal_ui: temporal.ui }),
    },
    routers: [opsRouterOf(options, { ...parts, visibility, rejections }, shutdown)],
  });
  const { url, close } = await listen(app, config.webhooks);
  shutdown.onShutdown('HTTP server', close);
  // From the first moment of a stop /readyz says 503; who asks it has so long to send elsewhere.
  const delayMs = config.webhooks.stop_delay_seconds * 1000;
  shutdown.onShutdown('delay of the stop', async () => await sleep(delayMs));
  return { url, temporalUi: temporal.ui };
}

async function openRejections({ config, log }: SystemOptions, shutdown: Shutdown): Promise<Rejections> {
  const rejections = await Rejections.open(join(config.data_dir, 'rejections.json'), log);
  shutdown.onShutdown('rejections', async () => await rejections.close());
  return rejections;
}

function opsRouterOf(
  { config, registry }: SystemOptions,
  parts: ServedParts & { visibility: VisibilityReader; rejections: Rejections },
  shutdown: Shutdown,
): Router {
  const { temporal, graph, active, workers, inbox, visibility, rejections } = parts;
  return createOpsRouter({
    ...{ client: temporal.client, visibility, graph, registry, active, rejections },
    probes: probesOf(parts, config.inbox.mode),
    vital: config.inbox.mode === 'off' ? 'temporal' : 'inbox',
    isReady: () => !shutdown.isRunning && workers.isRunning(),
    adminToken: config.admin.token,
    ...(inbox === undefined ? {} : { inbox: () => inbox.status() }),
    ...(temporal.ui === undefined ? {} : { temporalUi: temporal.ui }),
  });
}

function probesOf(
  { temporal, graph, active, workers, inbox }: ServedParts,
  mode: string,
): Record<string, Probe> {
  return {
    temporal: temporal.probe,
    graph: async () => {
      await graph.ping();
      return {};
    },
    worker: async () => {
      if (!workers.isRunning()) throw new Error('a worker has ended');
      return { task_queues: active.size };
    },
    ...(inbox === undefined ? {} : { inbox: inboxProbe(inbox, mode) }),
    providers: async () => ({ enabled: [...active.keys()] }),
  };
}
