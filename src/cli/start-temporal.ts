import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Probe } from '../ops/health.ts';
import { connectTemporal } from '../temporal/connect.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { startDevServer } from '../temporal/dev-server/dev-server.ts';
import { findTemporalBinary } from '../temporal/dev-server/find-binary.ts';
import { prepareNamespace } from '../temporal/namespace.ts';
import { keepBodies } from './keep-bodies.ts';
import type { SystemOptions } from './system.ts';

type TemporalOptions = Pick<SystemOptions, 'config' | 'env' | 'log' | 'onProgress'>;

/** The server, embedded or elsewhere, ready to be used. */
export interface Temporal {
  readonly connection: NativeConnection;
  readonly dataConverter: DataConverter;
  readonly client: Client;
  readonly probe: Probe;
  readonly ui: string | undefined;
}

export async function startTemporal(options: TemporalOptions, shutdown: Shutdown): Promise<Temporal> {
  const { address, namespace, retention_days: retentionDays, tls, api_key: apiKey } = options.config.temporal;
  const server = address === 'embedded' ? await startEmbedded(options, shutdown) : undefined;
  const connection = await connectTemporal({ address: server?.address ?? address, tls, apiKey });
  const dataConverter = createDataConverter(keepBodies(options, shutdown));
  shutdown.onShutdown('connection to Temporal', async () => await connection.close());
  options.onProgress(`Preparing the namespace ${namespace} …`);
  await prepareNamespace(connection, { namespace, retentionDays });
  return {
    connection,
    dataConverter,
    client: new Client({ connection, namespace, dataConverter }),
    ui: uiOf(server?.uiUrl ?? options.config.temporal.ui_url, namespace),
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

function uiOf(url: string | undefined, namespace: string): string | undefined {
  return url === undefined ? undefined : `${url.replace(/\/+$/, '')}/namespaces/${namespace}`;
}

async function startEmbedded({ config, env, log, onProgress }: TemporalOptions, shutdown: Shutdown) {
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
