import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../../activities/index.ts';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/schema.ts';
import type { GraphStore } from '../graph/store.ts';
import { acceptIntoTemporal } from '../ingress/accept.ts';
import { createApp } from '../ingress/app.ts';
import { listen } from '../ingress/listen.ts';
import { lockDataDir } from '../lifecycle/lock.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Probe } from '../ops/health.ts';
import { createOpsRouter } from '../ops/routes.ts';
import type { ActiveProvider } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';
import { bringTogether, type Together } from '../providers/together.ts';
import { connectTemporal } from '../temporal/connect.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { startDevServer } from '../temporal/dev-server/dev-server.ts';
import { findTemporalBinary } from '../temporal/dev-server/find-binary.ts';
import { prepareNamespace } from '../temporal/namespace.ts';
import { type RunningWorkers, startWorkers } from '../temporal/worker.ts';

export interface SystemOptions {
  readonly config: Config;
  readonly registry: Registry;
  readonly env: Environment;
  readonly version: string;
  readonly log: Logger;
  /** Told a sentence for each step that may take a while. */
  readonly onProgress: (sentence: string) => void;
  readonly openGraph: (path: string) => Promise<GraphStore>;
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
  const temporal = await startTemporal(options, shutdown);
  onProgress('Opening the graph …');
  const active = activeProviders(config);
  const together = bringTogether(active.values(), config.people);
  const graph = await openGraph(options, together, shutdown);
  onProgress('Starting the workers …');
  const workers = await startWorkersOf(options, { temporal, graph, active, together }, shutdown);
  return await startHttp(options, { temporal, graph, active, together, workers }, shutdown);
}

interface Temporal {
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly probe: Probe;
  readonly ui: string | undefined;
}

async function startTemporal(options: SystemOptions, shutdown: Shutdown): Promise<Temporal> {
  const { address, namespace, retention_days: retentionDays, tls, api_key: apiKey } = options.config.temporal;
  const server = address === 'embedded' ? await startEmbedded(options, shutdown) : undefined;
  const connection = await connectTemporal({ address: server?.address ?? address, tls, apiKey });
  shutdown.onShutdown('connection to Temporal', async () => await connection.close());
  options.onProgress(`Preparing the namespace ${namespace} …`);
  await prepareNamespace(connection, { namespace, retentionDays });
  return {
    connection,
    client: new Client({ connection, namespace, dataConverter }),
    ui: server === undefined ? undefined : `${server.uiUrl}/namespaces/${namespace}`,
    probe: async () => {
      await connection.withDeadline(Date.now() + 1500, async () => {
        await connection.workflowService.describeNamespace({ namespace });
      });
      return {
        address: server?.address ?? address,
        namespace,
        ...(server === undefined ? {} : { server: server.status() }),
      };
    },
  };
}

async function startEmbedded({ config, env, log, onProgress }: SystemOptions, shutdown: Shutdown) {
  const binary = await findTemporalBinary({ env, onProgress, signal: shutdown.signal });
  onProgress('Starting Temporal …');
  const folder = join(config.data_dir, 'temporal');
  const server = await startDevServer({
    binary,
    folder,
    env,
    signal: shutdown.signal,
    log: log.child({ component: 'temporal' }),
  });
  shutdown.onShutdown('Temporal server', async () => await server.stop());
  return server;
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

async function startHttp(
  options: SystemOptions,
  parts: Parts & { workers: RunningWorkers },
  shutdown: Shutdown,
): Promise<RunningSystem> {
  const { config, registry, version, log } = options;
  const { temporal, graph, active, workers } = parts;
  const ops = createOpsRouter({
    client: temporal.client,
    graph,
    registry,
    active,
    probes: probesOf(parts),
    isReady: () => !shutdown.isRunning && workers.isRunning(),
    adminToken: config.admin.token,
    ...(temporal.ui === undefined ? {} : { temporalUi: temporal.ui }),
  });
  const app = createApp({
    providers: active,
    webhooksEnabled: config.webhooks.enabled,
    accept: acceptIntoTemporal(temporal.client),
    maxBodyBytes: config.webhooks.max_body_bytes,
    log: log.child({ component: 'ingress' }),
    info: {
      name: 'flow-state-webhooks',
      version,
      ...(temporal.ui === undefined ? {} : { temporal_ui: temporal.ui }),
    },
    routers: [ops],
  });
  const { url, close } = await listen(app, config.webhooks);
  shutdown.onShutdown('HTTP server', close);
  return { url, temporalUi: temporal.ui };
}

function probesOf({
  temporal,
  graph,
  active,
  workers,
}: Parts & { workers: RunningWorkers }): Record<string, Probe> {
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
    providers: async () => ({ enabled: [...active.keys()] }),
  };
}
