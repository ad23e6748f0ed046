import type { Logger } from 'pino';
import type { InboxStatus } from './inbox.ts';

/** Older than this somebody should look. */
const alarmSeconds = 60;
const checkMs = 10_000;
const checksBetweenAlarms = 6;

/** Tells the log, again and again, that deliveries have waited for long. */
export class AgeAlarm {
  readonly #status: () => InboxStatus;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #checks = 0;

  constructor(status: () => InboxStatus, log: Logger) {
    this.#status = status;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => this.check(), checkMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
  }

  check(): void {
    const { depth, oldest_age_seconds: oldest } = this.#status();
    if (oldest === null || oldest < alarmSeconds) {
      if (this.#checks > 0) this.#log.info({ depth }, 'deliveries of the inbox no longer wait for long');
      this.#checks = 0;
      return;
    }
    if (this.#checks % checksBetweenAlarms === 0) {
      this.#log.error({ depth, oldest_age_seconds: oldest }, 'deliveries wait in the inbox for long');
    }
    this.#checks += 1;
  }
}
