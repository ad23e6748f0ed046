import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { TemporalUnavailableError } from '../../errors.ts';
import { endAtExit, endProcess, isRunning, type ProcessIdentity } from '../../lifecycle/process-identity.ts';
import { isServing } from '../connect.ts';
import { launch, type LaunchOptions, logFile } from './launch.ts';
import { choosePorts, type Ports } from './ports.ts';
import { readRecord, type ServerRecord, writeRecord } from './record.ts';

export interface DevServerOptions extends LaunchOptions {
  readonly log: Logger;
  /** Ends a start that is no longer wanted, and what it had begun. */
  readonly signal?: AbortSignal;
}

export interface ServerStatus {
  readonly state: 'up' | 'restarting' | 'stopped';
  readonly restarts: number;
}

const readyMs = 60_000;
const attempts = 3;
const graceMs = 10_000;
const watchMs = 250;
const longestPauseMs = 15_000;
/** After this long without an end, the next restart is again without a pause. */
const steadyMs = 60_000;

/** Starts Temporal's development server as a child, or takes over the one that a killed process left behind. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  options.signal?.throwIfAborted();
  await mkdir(options.folder, { recursive: true });
  const left = await readRecord(options.folder);
  const orphan = left !== undefined && (await isRunning(left)) ? left : undefined;
  if (orphan !== undefined) {
    const { pid, ports } = orphan;
    if (await isServing(addressOf(ports))) {
      options.log.info({ pid }, 'took over the Temporal server of a process that was killed');
      return new DevServer(options, orphan);
    }
    options.log.warn({ pid }, 'ending the Temporal server of a process that was killed');
    await endProcess(orphan, graceMs);
  }
  return new DevServer(options, await startAnywhere(options, left?.ports ?? {}));
}

/** Until it listens another program may take one of its ports; then it ends, and others are tried. */
async function startAnywhere(options: DevServerOptions, remembered: Partial<Ports>): Promise<ServerRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(attempt === 1 ? remembered : {});
    try {
      return { ...(await startOn(options, ports)), ports };
    } catch (error) {
      if (!(error instanceof EndedEarlyError) || attempt === attempts) throw error;
      options.log.warn({ attempt }, 'the Temporal server ended while it started; trying other ports');
    }
  }
}

/** A server that runs, and is kept running until it is stopped. */
export class DevServer {
  readonly #options: DevServerOptions;
  readonly #ports: Ports;
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;
  #identity: ProcessIdentity;
  #release: () => void;
  #restarts = 0;
  #state: ServerStatus['state'] = 'up';

  constructor(options: DevServerOptions, { ports, ...identity }: ServerRecord) {
    this.#options = { ...options, signal: this.#stopping.signal };
    this.#ports = ports;
    this.#identity = identity;
    this.#release = endAtExit(identity);
    this.#watching = this.#watchOver();
  }

  get address(): string {
    return addressOf(this.#ports);
  }

  get uiUrl(): string {
    return `http://127.0.0.1:${this.#ports.ui}`;
  }

  get pid(): number {
    return this.#identity.pid;
  }

  status(): ServerStatus {
    return { state: this.#state, restarts: this.#restarts };
  }

  /** SIGTERM, wait, and SIGKILL where that does not help. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching; // a restart that is under way ends what it began
    this.#state = 'stopped';
    await endProcess(this.#identity, graceMs);
    this.#release();
    // The ports stay on record, so that the next start has the same addresses.
    await writeRecord(this.#options.folder, { pid: 0, startedAt: '', ports: this.#ports });
  }

  /** A server that ended unasked is started again on the same addresses, with growing pauses. */
  async #watchOver(): Promise<void> {
    let failures = 0;
    let upSince = Date.now();
    while (await this.#pause(watchMs)) {
      if (await isRunning(this.#identity)) {
        if (Date.now() - upSince > steadyMs) failures = 0;
        continue;
      }
      this.#state = 'restarting';
      this.#release();
      const pauseMs = failures === 0 ? 0 : Math.min(500 * 2 ** failures, longestPauseMs);
      if (!(await this.#pause(pauseMs))) return;
      failures += 1;
      if (await this.#restart()) upSince = Date.now();
    }
  }

  /** @returns whether to go on */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stopping;
    return await sleep(ms, true, { signal, ref: false }).catch(() => false);
  }

  async #restart(): Promise<boolean> {
    const { log } = this.#options;
    this.#restarts += 1;
    log.error({ restarts: this.#restarts }, 'the Temporal server ended; starting it again');
    try {
      this.#identity = await startOn(this.#options, this.#ports);
      this.#release = endAtExit(this.#identity);
      this.#state = 'up';
      log.info('the Temporal server is back');
      return true;
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        log.error({ err: error }, 'the Temporal server did not come back; trying again');
      return false;
    }
  }
}

/** As one does that finds a port taken. */
class EndedEarlyError extends TemporalUnavailableError {}

/** A server that answers; one that does not get there is ended. */
async function startOn(options: DevServerOptions, ports: Ports): Promise<ProcessIdentity> {
  const identity = await launch(options, ports);
  const release = endAtExit(identity);
  try {
    await writeRecord(options.folder, { ...identity, ports });
    await waitUntilReady(identity, { ...options, address: addressOf(ports) });
    return identity;
  } catch (error) {
    await endProcess(identity, graceMs);
    throw error;
  } finally {
    release();
  }
}

async function waitUntilReady(
  identity: ProcessIdentity,
  { address, folder, signal }: DevServerOptions & { readonly address: string },
): Promise<void> {
  const deadline = Date.now() + readyMs;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const isAnswered = await isServing(address);
    // In this order: what answers may be another program, which took the port first.
    if (!(await isRunning(identity)))
      throw new EndedEarlyError(`The Temporal server ended while it started; its log is ${logFile(folder)}.`);
    if (isAnswered) return;
    await sleep(50);
  }
  throw new TemporalUnavailableError(`The Temporal server did not get ready; its log is ${logFile(folder)}.`);
}

function addressOf({ frontend }: Ports): string {
  return `127.0.0.1:${frontend}`;
}
