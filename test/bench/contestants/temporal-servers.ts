import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { environment } from '../../../src/config/environment.ts';
import { isServing } from '../../../src/temporal/connect.ts';
import { startDevServer } from '../../../src/temporal/dev-server/dev-server.ts';
import { findPostgres } from '../../cluster/postgres-programs.ts';
import { startPostgres } from '../../cluster/postgres.ts';
import type { ProgramOptions } from '../../cluster/program-options.ts';
import { findServerBinaries } from '../../cluster/server-binaries.ts';
import { makeNamespace } from '../../cluster/servers.ts';
import { startTemporalOnPostgres } from '../../cluster/temporal-on-postgres.ts';
import { eventually } from '../../support/eventually.ts';
import type { Progress } from '../pipelines/pipeline.ts';
import type { Place } from './contestant.ts';

export interface TemporalServer {
  readonly address: string;
  readonly pid: number;
  /** What runs for it besides, with its children. */
  readonly families?: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** With the project's settings. */
export async function startTunedServer({ binary, folder }: Place): Promise<TemporalServer> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  return await startDevServer({ binary, folder: join(folder, 'temporal'), env: environment(), log });
}

export interface ServerSettings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** As the documentation starts it, a file for the database and no setting besides; or with some. */
export async function startPlainServer(
  { binary, folder, children }: Place,
  settings: ServerSettings = { args: [], env: {} },
): Promise<TemporalServer> {
  const [port, ui] = [await freePort(), await freePort()];
  const child = children.spawn(
    binary,
    ['server', 'start-dev', '--db-filename', join(folder, 'temporal.db'), '--log-level', 'error']
      .concat(...[['--port', String(port), '--ui-port', String(ui)]])
      .concat(settings.args),
    { cwd: folder, env: { ...environment(), ...settings.env } },
  );
  const address = `127.0.0.1:${port}`;
  await eventually(async () => {
    if (!(await isServing(address))) throw new Error('the default Temporal server does not answer');
  }, 60_000);
  return { address, pid: child.pid ?? NaN, stop: async () => await children.end(child) };
}

/** As docker-compose.yml runs it, on a PostgreSQL of its own. Both have to be there: `findOnPostgres`. */
export async function startServerOnPostgres({ binary, folder }: Place): Promise<TemporalServer> {
  const { programs, binaries } = await findOnPostgres({
    env: environment(),
    mayFetch: false,
    onProgress: ignore,
  });
  const postgresFolder = join(folder, 'postgres');
  await mkdir(postgresFolder);
  const postgres = await startPostgres(programs, postgresFolder);
  const server = await startTemporalOnPostgres(binaries, postgres, join(folder, 'temporal'));
  for (const name of ['default', 'flow-state']) {
    await makeNamespace(name, { cli: binary, address: server.address, folder });
  }
  return {
    address: server.address,
    pid: server.pid,
    families: { postgresql: postgres.pid },
    stop: async () => {
      await server.stop();
      await postgres.stop();
    },
  };
}

/** What `startServerOnPostgres` needs; what is not there is installed, or built in some minutes, once. */
export async function findOnPostgres(options: ProgramOptions) {
  return { programs: await findPostgres(options), binaries: await findServerBinaries(options) };
}

const ignore = (): void => undefined;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** How many executions have closed, and when the newest of them did, by Temporal itself. */
export async function watchClosed(address: string, namespace: string) {
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection, namespace });
  const query = "ExecutionStatus = 'Completed'";
  return {
    progress: async (): Promise<Progress> => {
      const { count } = await workflow.count(query);
      return { processed: count, lastAt: count === 0 ? NaN : await newestClose() };
    },
    close: async () => await connection.close(),
  };

  async function newestClose(): Promise<number> {
    for await (const { closeTime } of workflow.list({ query, pageSize: 1 }))
      return closeTime?.getTime() ?? NaN;
    return NaN;
  }
}
