import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { environment } from '../../src/config/environment.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { BodyStore } from '../../src/temporal/body-store.ts';
import { createDataConverter } from '../../src/temporal/data-converter.ts';
import { type DevServer, startDevServer } from '../../src/temporal/dev-server/dev-server.ts';
import { findTemporalBinary } from '../../src/temporal/dev-server/find-binary.ts';
import { prepareNamespace } from '../../src/temporal/namespace.ts';

export const namespace = 'flow-state';
export const silent = pino({ level: 'silent' });

/** Tests tell by their asserts; what the SDK says of failures that are meant would only hide them. */
const ignore = (): void => undefined;
let isQuiet = false;

export function quietRuntime(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    shutdownSignals: [],
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

export async function testBinary(): Promise<string> {
  return await findTemporalBinary({ env: environment(), onProgress: (sentence) => console.error(sentence) });
}

export interface TestTemporal {
  readonly server: DevServer;
  readonly folder: string;
  readonly dataConverter: DataConverter;
  readonly address: string;
  readonly namespace: string;
  readonly connection: NativeConnection;
  readonly client: Client;
  stop(): Promise<void>;
}

/** A real server of its own, in a temporary folder, with the namespace and its search attributes. */
export async function startTestTemporal(): Promise<TestTemporal> {
  quietRuntime();
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-temporal-'));
  const server = await startDevServer({
    binary: await testBinary(),
    folder,
    env: environment(),
    log: silent,
  });
  const connection = await connectTemporal({ address: server.address });
  await prepareNamespace(connection, { namespace, retentionDays: 30 });
  const dataConverter = createDataConverter(new BodyStore(join(folder, 'bodies')));
  return {
    server,
    folder,
    dataConverter,
    address: server.address,
    namespace,
    connection,
    client: new Client({ connection, namespace, dataConverter }),
    stop: async () => {
      await connection.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
