import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from '../../src/config/environment.ts';
import type { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { packageRoot } from '../../src/package-root.ts';
import { findTemporalBinary } from '../../src/temporal/dev-server/find-binary.ts';
import { findNeo4j, startNeo4j, type TestNeo4j } from '../support/neo4j.ts';
import { startPostgres } from './postgres.ts';
import { findPostgres } from './postgres-programs.ts';
import type { ProgramOptions } from './program-options.ts';
import { findServerBinaries, type ServerBinaries } from './server-binaries.ts';
import { startTemporalOnPostgres, type TemporalOnPostgres } from './temporal-on-postgres.ts';

export interface Programs {
  readonly postgres: string;
  readonly temporal: ServerBinaries;
  /** Temporal's command line. */
  readonly temporalCli: string;
  readonly neo4j: Awaited<ReturnType<typeof findNeo4j>>;
}

/** Everything that the cluster is made of; what is not there is installed or built, once. */
export async function findPrograms(options: ProgramOptions): Promise<Programs> {
  const postgres = await findPostgres(options);
  const temporal = await findServerBinaries(options);
  const temporalCli = await findTemporalBinary(options);
  options.onProgress('Looking for Neo4j, else fetching it, once …');
  return { postgres, temporal, temporalCli, neo4j: await findNeo4j() };
}

export interface Servers {
  readonly temporal: TemporalOnPostgres;
  readonly neo4j: TestNeo4j;
}

/** PostgreSQL, Temporal on it with the namespace of docker-compose.yml, and Neo4j, on free ports, below a folder. */
export async function startServers(programs: Programs, folder: string, shutdown: Shutdown): Promise<Servers> {
  const neo4j = await startNeo4j(programs.neo4j);
  shutdown.onShutdown('Neo4j', async () => await neo4j.stop());
  await mkdir(join(folder, 'postgres'));
  const postgres = await startPostgres(programs.postgres, join(folder, 'postgres'));
  shutdown.onShutdown('PostgreSQL', async () => await postgres.stop());
  const temporal = await startTemporalOnPostgres(programs.temporal, postgres, join(folder, 'temporal'));
  shutdown.onShutdown('Temporal', async () => await temporal.stop());
  await makeNamespace('flow-state', { cli: programs.temporalCli, address: temporal.address, folder });
  return { temporal, neo4j };
}

interface NamespaceOptions {
  /** Temporal's command line. */
  readonly cli: string;
  readonly address: string;
  /** For what the command line keeps. */
  readonly folder: string;
}

/** By the very script of docker-compose.yml. */
export async function makeNamespace(name: string, { cli, address, folder }: NamespaceOptions): Promise<void> {
  const { PATH = '' } = environment();
  await promisify(execFile)('/bin/sh', [join(packageRoot, 'deploy', 'temporal-namespace.sh')], {
    env: {
      PATH: `${dirname(cli)}${delimiter}${PATH}`,
      HOME: folder,
      TEMPORAL_ADDRESS: address,
      NAMESPACE: name,
      RETENTION: '30d',
    },
  });
}
