import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.ts';
import { type Process, startProcess, stopProcess, waitFor } from './processes.ts';

const run = promisify(execFile);

export interface Postgres {
  readonly pid: number;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** An identity that PostgreSQL agrees to run as: it refuses root. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** A server of its own with its data below `folder`, on a free port of 127.0.0.1, as durable as any. */
export async function startPostgres(programs: string, folder: string): Promise<Postgres> {
  const owner = await unprivileged();
  const [port = 0] = await freePorts(1);
  const user = 'temporal';
  const password = randomBytes(16).toString('hex');
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of [folder, data, passwordFile]) await give(path, owner);
  await chmod(folder, 0o711);
  const initdb = ['--pgdata', data, '--username', user, '--pwfile', passwordFile];
  await run(join(programs, 'initdb'), [...initdb, '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale'], {
    ...owner,
    cwd: folder,
  });
  const server = await startProcess({
    name: 'PostgreSQL',
    command: join(programs, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings],
    logFile: join(folder, 'postgres.log'),
    options: { ...owner, cwd: folder },
  });
  await waitUntilReady(server, programs, port);
  return {
    pid: server.child.pid ?? 0,
    port,
    user,
    password,
    stop: async () => void (await stopProcess(server, 'SIGINT')), // fast shutdown
  };
}

const settings = [
  ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  ...['-c', 'max_connections=200'], // each of Temporal's four services may open 30
];

async function waitUntilReady(server: Process, programs: string, port: number): Promise<void> {
  await waitFor(server, async () => {
    await run(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]);
  });
}

/** This user; where that is root, the one that Debian's package made, else nobody. */
async function unprivileged(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
      );
      return { uid: uid as number, gid: gid as number };
    } catch {
      // there is no such user
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no other user to run it as.');
}

async function give(path: string, { uid, gid }: Owner): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
