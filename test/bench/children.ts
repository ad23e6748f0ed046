import { type ChildProcess, fork, type ForkOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const graceMs = 15_000;

/** The processes that the benchmark started, so that all of them end with it. */
export class Children {
  readonly #running = new Set<ChildProcess>();
  #isEnding = false;

  spawn(command: string, args: readonly string[], cwd: string): ChildProcess {
    return this.#keep(spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], detached: true }));
  }

  /** A Node program of the benchmark, with a channel for messages. */
  fork(program: string, args: readonly string[], options: ForkOptions = {}): ChildProcess {
    const file = fileURLToPath(new URL(program, import.meta.url));
    return this.#keep(
      fork(file, args, { stdio: ['ignore', 'ignore', options.silent === true ? 'ignore' : 'inherit', 'ipc'], detached: true, ...options }),
    );
  }

  async end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
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
    if (this.#isEnding) child.kill('SIGTERM');
    return child;
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
