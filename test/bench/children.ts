import { type ChildProcess, fork, type ForkOptions, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const graceMs = 15_000;

/** The processes that the benchmark started, so that all of them end with it. */
export class Children {
  readonly #running = new Set<ChildProcess>();
  #isEnding = false;

  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.#keep(spawn(command, args, { stdio: 'ignore', detached: true, ...options }));
  }

  /** A Node program of the benchmark, with a channel for messages. */
  fork(program: string, args: readonly string[], options: ForkOptions = {}): ChildProcess {
    const file = fileURLToPath(new URL(program, import.meta.url));
    return this.#keep(
      fork(file, args, {
        stdio: ['ignore', 'ignore', options.silent === true ? 'ignore' : 'inherit', 'ipc'],
        detached: true,
        ...options,
      }),
    );
  }

  async end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  }

  async endAll(): Promise<void> {
    this.#isEnding = true;
    await Promise.all([...this.#running].map(async (child) => await this.end(child)));
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    child.once('error', () => this.#running.delete(child));
    if (this.#isEnding) signalGroup(child, 'SIGTERM');
    return child;
  }
}

/** Each leads a group, in which npm has its script: npm's shell does not pass a signal on. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The next message of this kind; fails where the process ends before it. */
export async function message<T>(child: ChildProcess, kind: string): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const take = (received: { kind?: string }): void => {
      if (received.kind !== kind) return;
      settle();
      resolve(received as T);
    };
    const fail = (code: unknown): void => {
      settle();
      reject(new Error(`${child.spawnargs.slice(1, 3).join(' ')} ended (${String(code)}) before "${kind}"`));
    };
    const settle = (): void => void child.off('message', take).off('exit', fail);
    child.on('message', take).once('exit', fail);
  });
}
