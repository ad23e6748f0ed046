import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Probe } from '../ops/health.ts';
import { connectTemporal } from '../temporal/connect.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { startDevServer } from '../temporal/dev-server/dev-server.ts';
import { findTemporalBinary } from '../temporal/dev-server/find-binary.ts';
import { LateConnection } from '../temporal/late-connection.ts';
import { prepareNamespace } from '../temporal/namespace.ts';
import { keepBodies } from './keep-bodies.ts';
import { tasksOf } from './role.ts';
import type { SystemOptions } from './system.ts';

type TemporalOptions = Pick<SystemOptions, 'role' | 'config' | 'env' | 'log' | 'onProgress'>;

/** So long a start waits for a Temporal that it can do without for now. */
const patienceMs = 3000;

/** The server, embedded or elsewhere: ready to be used, or, where `canWait`, away still. */
export interface Temporal {
  readonly connection: LateConnection;
  readonly dataConverter: DataConverter;
  readonly client: Client;
  readonly probe: Probe;
  readonly ui: string | undefined;
}

export async function startTemporal(options: TemporalOptions, shutdown: Shutdown): Promise<Temporal> {
  const { address, namespace, retention_days: retentionDays, tls, api_key: apiKey } = options.config.temporal;
  const server = address === 'embedded' ? await startEmbedded(options, shutdown) : undefined;
  const connection = new LateConnection({
    open: async () => {
      const opened = await connectTemporal({ address: server?.address ?? address, tls, apiKey });
      try {
        await prepareNamespace(opened, { namespace, retentionDays });
        return opened;
      } catch (error) {
        await opened.close();
        throw error;
      }
    },
    signal: shutdown.signal,
    log: options.log.child({ component: 'temporal' }),
  });
  const dataConverter = createDataConverter(keepBodies(options, shutdown));
  shutdown.onShutdown('connection to Temporal', async () => await connection.close());
  options.onProgress(`Preparing the namespace ${namespace} …`);
  if (canWait(options)) await connection.openOrGoOn(patienceMs);
  else await connection.whenOpen();
  if (!connection.isOpen)
    options.onProgress(`Temporal at ${address} is away; what comes waits in the inbox.`);
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

/** Where the inbox takes what comes, a Temporal of somebody else may come later. */
function canWait({ role, config }: TemporalOptions): boolean {
  return tasksOf(role).receives && config.temporal.address !== 'embedded' && config.inbox.mode !== 'off';
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
