import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TemporalUnavailableError } from '../../errors.ts';
import { type ProcessIdentity, processStart } from '../../lifecycle/process-identity.ts';
import type { Ports } from './ports.ts';

export interface LaunchOptions {
  readonly binary: string;
  /** Everything that the server keeps goes below it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const maxLogBytes = 10 * 1024 * 1024;

/** One queue partition saves a round trip at this size; visibility is asked by stats and ops. */
const dynamicConfig = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'frontend.namespaceRPS.visibility': 100,
  'frontend.visibilityMaxRPS': 100,
};

/**
 * In WAL mode a commit costs no flush; what a power cut takes back the inbox submits again. The database has one
 * connection: with the default 2 MB it reads its pages again and again. A larger WAL writes a page that changes often
 * less often into the database.
 */
const pragmas = [
  'journal_mode=WAL',
  'synchronous=1',
  'cache_size=-65536',
  'temp_store=2',
  'wal_autocheckpoint=4000',
];

/** The server makes much garbage and holds little: below the limit it collects a quarter as often as by default. */
const garbageCollector = { GOGC: '400', GOMEMLIMIT: '512MiB' };

/** All that the server needs of the environment, which otherwise holds the secrets of the providers. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'USERPROFILE', 'SYSTEMROOT', 'TEMP', 'APPDATA'];

/** Runs the server; it is not yet ready when this resolves. @throws TemporalUnavailableError */
export async function launch(options: LaunchOptions, ports: Ports): Promise<ProcessIdentity> {
  const log = await openLog(logFile(options.folder));
  try {
    // A group of its own: Ctrl-C reaches this process alone, which drains its workers before it ends the server.
    const child = spawn(options.binary, argumentsOf(options.folder, ports), {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...garbageCollector, ...Object.fromEntries(inherited.map((name) => [name, options.env[name]])) },
    });
    child.unref();
    const pid = await pidOf(child);
    return { pid, startedAt: (await processStart(pid)) ?? '' };
  } finally {
    await log.close();
  }
}

export function logFile(folder: string): string {
  return join(folder, 'server.log');
}

function argumentsOf(folder: string, { frontend, ui, http, metrics }: Ports): string[] {
  const settings = Object.entries(dynamicConfig).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1', '--log-level', 'warn'],
    ...['--port', String(frontend), '--ui-port', String(ui)],
    ...['--http-port', String(http), '--metrics-port', String(metrics)],
    ...['--db-filename', join(folder, 'temporal.db')],
    ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...settings,
  ];
}

async function pidOf(child: ChildProcess): Promise<number> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new TemporalUnavailableError('The Temporal server cannot be run.', { cause: error });
  }
  if (child.pid === undefined) throw new TemporalUnavailableError('The Temporal server has no process id.');
  return child.pid;
}

async function openLog(file: string) {
  const size = await stat(file).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  return await open(file, size > maxLogBytes ? 'w' : 'a');
}
