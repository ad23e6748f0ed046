import type { Logger } from 'pino';

/** The whole of a stop may take this long; what has not ended by then is left behind with an error. */
const deadlineMs = 30_000;

const sameWishMs = 1000;

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** What must be ended, in the reverse order of its beginning, once, whatever asks for it. */
export class Shutdown {
  readonly #log: Logger;
  readonly #closers: Closer[] = [];
  #running: Promise<boolean> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  onShutdown(name: string, close: () => Promise<void>): void {
    this.#closers.push({ name, close });
  }

  /** Ends everything. @returns whether all of it ended well and in time */
  async run(): Promise<boolean> {
    this.#running ??= this.#closeAll();
    return await this.#running;
  }

  /** Ends on SIGINT and SIGTERM; a second signal ends at once. */
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
      void this.run().then((isClean) => process.exit(isClean ? 0 : 1));
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    const crash = (error: unknown): void => {
      this.#log.fatal({ err: error }, 'unforeseen error; stopping');
      void this.run().then(() => process.exit(70));
    };
    process.on('uncaughtException', crash).on('unhandledRejection', crash);
  }

  async #closeAll(): Promise<boolean> {
    const deadline = Date.now() + deadlineMs;
    let isClean = true;
    for (const closer of this.#closers.splice(0).reverse()) {
      const startedAt = performance.now();
      const ended = await this.#close(closer, deadline - Date.now());
      this.#log.debug({ part: closer.name, ended, ms: Math.round(performance.now() - startedAt) }, 'stopped');
      isClean &&= ended;
    }
    return isClean;
  }

  async #close({ name, close }: Closer, ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('took too long')), Math.max(ms, 1000));
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
