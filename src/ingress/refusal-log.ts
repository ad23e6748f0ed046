import type { Logger } from 'pino';
import { SignatureInvalidError, WebhookError } from '../errors.ts';

const linesPerWindow = 10;
const windowMs = 60_000;

/** Logs refused requests, at most ten lines a minute and provider; of the rest a summary tells how many. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #windowMs: number;
  readonly #counts = new Map<string, number>();

  constructor(log: Logger, window = windowMs) {
    this.#log = log;
    this.#windowMs = window;
  }

  /** @param provider a configured name, or one word for all others: a sender does not choose how many there are */
  refused(provider: string, error: unknown): void {
    if (!(error instanceof WebhookError)) return; // the answer logs what nobody foresaw
    if (!this.#counts.has(provider)) setTimeout(() => this.#summarize(provider), this.#windowMs).unref();
    const count = (this.#counts.get(provider) ?? 0) + 1;
    this.#counts.set(provider, count);
    if (count > linesPerWindow) return;
    const reason = error instanceof SignatureInvalidError ? { reason: error.reason } : {};
    this.#log.warn({ provider, code: error.code, ...reason, status: error.status }, 'delivery refused');
  }

  #summarize(provider: string): void {
    const unlogged = (this.#counts.get(provider) ?? 0) - linesPerWindow;
    this.#counts.delete(provider);
    if (unlogged > 0) this.#log.warn({ provider, unlogged }, 'more deliveries were refused than logged');
  }
}
