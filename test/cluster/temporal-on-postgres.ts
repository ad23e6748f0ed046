import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { environment } from '../../src/config/environment.ts';
import { packageRoot } from '../../src/package-root.ts';
import { isServing } from '../../src/temporal/connect.ts';
import { freePorts } from './free-ports.ts';
import type { Postgres } from './postgres.ts';
import { startProcess, stopProcess, waitFor } from './processes.ts';
import type { ServerBinaries } from './server-binaries.ts';

const run = promisify(execFile);

export interface TemporalOnPostgres {
  readonly address: string;
  /** Where it tells its metrics to Prometheus. */
  readonly metricsUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The four services of a Temporal cluster in one process, as its image runs them, after the schemas are made. */
export async function startTemporalOnPostgres(
  binaries: ServerBinaries,
  postgres: Postgres,
  folder: string,
): Promise<TemporalOnPostgres> {
  await makeSchemas(binaries, postgres);
  const ports = await freePorts(10);
  const [frontend = 0, metrics = 0] = ports;
  await mkdir(join(folder, 'config'), { recursive: true });
  await writeFile(join(folder, 'config', 'cluster.yaml'), stringify(configOf(postgres, ports)));
  const server = await startProcess({
    name: 'Temporal',
    command: binaries.server,
    args: ['--root', folder, '--env', 'cluster', '--allow-no-auth', 'start'],
    logFile: join(folder, 'temporal.log'),
    options: { cwd: folder },
  });
  const address = `127.0.0.1:${frontend}`;
  await waitFor(server, async () => {
    if (!(await isServing(address))) throw new Error('it does not answer');
  });
  return {
    address,
    metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
    pid: server.child.pid ?? 0,
    stop: async () => void (await stopProcess(server)),
  };
}

/** By the very script of docker-compose.yml. */
export async function makeSchemas({ folder, schemas }: ServerBinaries, postgres: Postgres): Promise<void> {
  const { PATH = '' } = environment();
  await run('/bin/sh', [join(packageRoot, 'deploy', 'temporal-schema.sh')], {
    maxBuffer: 1 << 26,
    env: {
      PATH: `${folder}${delimiter}${PATH}`,
      TEMPORAL_SCHEMAS: schemas,
      SQL_PLUGIN: 'postgres12',
      SQL_HOST: '127.0.0.1',
      SQL_PORT: String(postgres.port),
      SQL_USER: postgres.user,
      SQL_PASSWORD: postgres.password,
    },
  });
}

/** Of docker-compose.yml. */
const dynamicConfigFile = join(packageRoot, 'deploy', 'temporal-dynamic-config.yaml');

function configOf(postgres: Postgres, ports: readonly number[]): object {
  const [frontend = 0, metrics = 0, ...others] = ports;
  const service = (grpcPort: number, membershipPort: number | undefined, more: object = {}) => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true, ...more },
  });
  const [m1, m2, m3, m4, history = 0, matching = 0, worker = 0, httpPort] = others;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      numHistoryShards: 128,
      defaultStore: 'default',
      visibilityStore: 'visibility',
      datastores: {
        default: { sql: sqlOf(postgres, 'temporal', 20) },
        visibility: { sql: sqlOf(postgres, 'temporal_visibility', 10) },
      },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' },
      metrics: { prometheus: { timerType: 'histogram', listenAddress: `127.0.0.1:${metrics}` } },
    },
    services: {
      frontend: service(frontend, m1, { httpPort }),
      history: service(history, m2),
      matching: service(matching, m3),
      worker: service(worker, m4),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfigFile, pollInterval: '60s' },
  };
}

function sqlOf({ port, user, password }: Postgres, databaseName: string, maxConns: number): object {
  return {
    pluginName: 'postgres12',
    databaseName,
    connectAddr: `127.0.0.1:${port}`,
    connectProtocol: 'tcp',
    user,
    password,
    maxConns,
    maxIdleConns: maxConns,
    maxConnLifetime: '1h',
  };
}
