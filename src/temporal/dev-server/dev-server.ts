import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { TemporalUnavailableError } from '../../errors.ts';
import {
  endProcess,
  isRunning,
  type ProcessIdentity,
  processStart,
} from '../../lifecycle/process-identity.ts';
import { isServing } from '../connect.ts';
import { choosePorts, type Ports } from './ports.ts';

export interface DevServerOptions {
  readonly binary: string;
  /** Everything that the server keeps goes below it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

export interface ServerStatus {
  readonly state: 'up' | 'restarting' | 'stopped';
  readonly restarts: number;
}

const record = z.object({
  pid: z.number().int(),
  startedAt: z.string(),
  ports: z.object({ frontend: z.number(), ui: z.number(), http: z.number(), metrics: z.number() }),
});

const readyMs = 60_000;
const graceMs = 10_000;
const maxLogBytes = 10 * 1024 * 1024;

/** One queue partition saves a round trip at this size; visibility is asked by stats and ops. */
const dynamicConfig = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'frontend.namespaceRPS.visibility': 100,
  'frontend.visibilityMaxRPS': 100,
};

/** Starts Temporal's development server as a child, or takes over the one that a killed process left behind. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  await mkdir(options.folder, { recursive: true });
  const left = await readRecord(options.folder);
  const server = new DevServer(options, await choosePortsBeside(left));
  await server.begin(left);
  return server;
}

type ServerRecord = z.output<typeof record>;

/** The ports of a server that still runs are not free, but its own. */
async function choosePortsBeside(left: ServerRecord | undefined): Promise<Ports> {
  if (left !== undefined && (await isRunning(left))) return left.ports;
  return await choosePorts(left?.ports ?? {});
}

export class DevServer {
  readonly #options: DevServerOptions;
  #ports: Ports;
  #identity: ProcessIdentity | undefined;
  #watch: NodeJS.Timeout | undefined;
  #restarts = 0;
  #state: ServerStatus['state'] = 'stopped';

  constructor(options: DevServerOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
  }

  get address(): string {
    return `127.0.0.1:${this.#ports.frontend}`;
  }

  get uiUrl(): string {
    return `http://127.0.0.1:${this.#ports.ui}`;
  }

  get pid(): number | undefined {
    return this.#identity?.pid;
  }

  status(): ServerStatus {
    return { state: this.#state, restarts: this.#restarts };
  }

  async begin(left: ServerRecord | undefined): Promise<void> {
    // Whatever ends this process, short of a kill -9, takes the server with it.
    process.once('exit', this.#endAtExit);
    if (left !== undefined && (await isRunning(left))) {
      if (await isServing(this.address)) {
        this.#options.log.info(
          { pid: left.pid },
          'took over the Temporal server of a process that was killed',
        );
        this.#identity = left;
        this.#state = 'up';
        this.#watchOver();
        return;
      }
      this.#options.log.warn({ pid: left.pid }, 'ending the Temporal server of a process that was killed');
      await endProcess(left, graceMs);
      this.#ports = await choosePorts(left.ports);
    }
    await this.#spawn();
    this.#watchOver();
  }

  /** SIGTERM, wait, and SIGKILL where that does not help. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    clearTimeout(this.#watch);
    process.off('exit', this.#endAtExit);
    if (this.#identity !== undefined) await endProcess(this.#identity, graceMs);
    // The ports stay on record, so that the next start has the same addresses.
    await this.#remember({ pid: 0, startedAt: '' });
  }

  readonly #endAtExit = (): void => {
    if (this.#identity !== undefined && this.#state !== 'stopped')
      process.kill(this.#identity.pid, 'SIGTERM');
  };

  async #spawn(): Promise<void> {
    const log = await openLog(join(this.#options.folder, 'server.log'));
    // A group of its own: Ctrl-C reaches this process alone, which drains its workers before it ends the server.
    const child = spawn(this.#options.binary, this.#arguments(), {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...this.#options.env },
    });
    child.unref();
    try {
      await spawned(child);
    } finally {
      await log.close();
    }
    const pid = child.pid ?? 0;
    this.#identity = { pid, startedAt: (await processStart(pid)) ?? '' };
    await this.#remember(this.#identity);
    await this.#ready();
    this.#state = 'up';
  }

  #arguments(): string[] {
    const { frontend, ui, http, metrics } = this.#ports;
    const settings = Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]);
    return [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1', '--log-level', 'warn'],
      ...['--port', String(frontend), '--ui-port', String(ui)],
      ...['--http-port', String(http), '--metrics-port', String(metrics)],
      ...['--db-filename', join(this.#options.folder, 'temporal.db')],
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=1'],
      ...settings,
    ];
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + readyMs;
    while (Date.now() < deadline) {
      if (await isServing(this.address)) return;
      if (this.#identity !== undefined && !(await isRunning(this.#identity))) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.#identity !== undefined) await endProcess(this.#identity, graceMs);
    throw new TemporalUnavailableError(
      `The Temporal server did not get ready; its log is ${join(this.#options.folder, 'server.log')}.`,
    );
  }

  /** Once a second: a server that ended unasked is started again on the same addresses, with growing pauses. */
  #watchOver(): void {
    this.#watch = setTimeout(
      () => {
        void this.#restartIfGone().finally(() => {
          if (this.#state !== 'stopped') this.#watchOver();
        });
      },
      Math.min(500 * 2 ** Math.min(this.#restarts, 5), 15_000),
    );
    this.#watch.unref();
  }

  async #restartIfGone(): Promise<void> {
    if (this.#identity !== undefined && (await isRunning(this.#identity))) return;
    if (this.#state === 'stopped') return;
    this.#state = 'restarting';
    this.#restarts += 1;
    this.#options.log.error({ restarts: this.#restarts }, 'the Temporal server ended; starting it again');
    try {
      await this.#spawn();
      this.#options.log.info('the Temporal server is back');
    } catch (error) {
      this.#options.log.error({ err: error }, 'the Temporal server did not come back; trying again');
    }
  }

  async #remember(identity: ProcessIdentity): Promise<void> {
    const { pid, startedAt } = identity;
    await writeFile(recordFile(this.#options.folder), JSON.stringify({ pid, startedAt, ports: this.#ports }));
  }
}

function recordFile(folder: string): string {
  return join(folder, 'server.json');
}

async function readRecord(folder: string): Promise<ServerRecord | undefined> {
  const text = await readFile(recordFile(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return record.parse(JSON.parse(text));
  } catch {
    await rm(recordFile(folder), { force: true }); // a kill in the middle of writing
    return undefined;
  }
}

async function spawned(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new TemporalUnavailableError('The Temporal server cannot be run.', { cause: error });
  }
}

async function openLog(file: string) {
  const size = await stat(file).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  return await open(file, size > maxLogBytes ? 'w' : 'a');
}
