import type { Logger } from 'pino';

/** The whole of a stop may take this long; what has not ended by then is left behind with an error. */
const defaultDeadlineMs = 30_000;
/** What comes last, such as the lock, has a moment even after that. */
const leastMs = 1000;
/** EX_SOFTWARE of sysexits.h */
const unforeseen = 70;

const sameWishMs = 1000;

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** What must be ended, in the reverse order of its beginning, once, whatever asks for it. */
export class Shutdown {
  readonly #log: Logger;
  readonly #deadlineMs: number;
  readonly #closers: Closer[] = [];
  readonly #abort = new AbortController();
  #starting: Promise<unknown> = Promise.resolve();
  #running: Promise<boolean> | undefined;
  #hasCrashed = false;

  constructor(log: Logger, deadlineMs = defaultDeadlineMs) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Aborted when the stop begins: a start that takes long listens to it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onShutdown(name: string, close: () => Promise<void>): void {
    this.#closers.push({ name, close });
  }

  /**
   * Starts everything. Where that fails, what had been started is ended; a stop that comes meanwhile waits until the
   * start has given up, so that nothing is begun behind its back.
   */
  async start<T>(begin: () => Promise<T>): Promise<T> {
    const starting = begin();
    this.#starting = starting.catch(() => undefined);
    try {
      return await starting;
    } catch (error) {
      await this.run();
      throw error;
    }
  }

  /** Ends everything. @returns whether all of it ended well and in time */
  async run(): Promise<boolean> {
    this.#running ??= this.#closeAll();
    return await this.#running;
  }

  /** Ends on SIGINT and SIGTERM, and where its terminal goes away; a second signal ends at once. */
  listen(): void {
    let firstAt: number | undefined;
    const stop = (signal: NodeJS.Signals): void => {
      if (firstAt !== undefined) {
        // Ctrl-C under npm comes twice, from the terminal and from npm: that is one wish.
        if (performance.now() - firstAt > sameWishMs) process.exit(1);
        return;
      }
      firstAt = performance.now();
      this.#log.info({ signal }, 'stopping; a second signal stops at once');
      this.#exit();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
    const crash = (error: unknown): void => {
      if (this.#hasCrashed) return; // what told of the first one may be what fails
      this.#hasCrashed = true;
      this.#log.fatal({ err: error }, 'unforeseen error; stopping');
      this.#exit();
    };
    process.on('uncaughtException', crash).on('unhandledRejection', crash);
  }

  #exit(): void {
    void this.run().then((isClean) => process.exit(this.#hasCrashed ? unforeseen : isClean ? 0 : 1));
  }

  async #closeAll(): Promise<boolean> {
    const deadline = Date.now() + this.#deadlineMs;
    this.#abort.abort();
    const starting = this.#starting;
    let isClean = await this.#close({ name: 'start', close: async () => void (await starting) }, deadline);
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      const startedAt = performance.now();
      const hasEnded = await this.#close(closer, deadline);
      const ms = Math.round(performance.now() - startedAt);
      this.#log.debug({ part: closer.name, hasEnded, ms }, 'stopped');
      isClean &&= hasEnded;
    }
    return isClean;
  }

  async #close({ name, close }: Closer, deadline: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const ms = Math.max(deadline - Date.now(), leastMs);
      timer = setTimeout(() => reject(new Error('took too long')), ms);
    });
    try {
      await Promise.race([close(), late]);
      return true;
    } catch (error) {
      this.#log.error({ part: name, err: error }, 'did not stop cleanly');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
