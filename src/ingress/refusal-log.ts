import type { Logger } from 'pino';
import { SignatureInvalidError, WebhookError } from '../errors.ts';

const linesPerWindow = 10;
const windowMs = 60_000;

interface Window {
  startedAt: number;
  count: number;
}

/** Logs refused requests, at most ten lines a minute and provider; of the rest the next minute tells how many. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #windows = new Map<string, Window>();

  constructor(log: Logger) {
    this.#log = log;
  }

  refused(provider: string, error: unknown): void {
    if (!(error instanceof WebhookError)) return; // the answer logs what nobody foresaw
    const window = this.#windowOf(provider);
    window.count += 1;
    if (window.count > linesPerWindow) return;
    const reason = error instanceof SignatureInvalidError ? { reason: error.reason } : {};
    this.#log.warn({ provider, code: error.code, ...reason, status: error.status }, 'delivery refused');
  }

  #windowOf(provider: string): Window {
    const now = Date.now();
    const known = this.#windows.get(provider);
    if (known !== undefined && now - known.startedAt < windowMs) return known;
    const unlogged = (known?.count ?? 0) - linesPerWindow;
    if (unlogged > 0) this.#log.warn({ provider, unlogged }, 'more deliveries were refused than logged');
    const window = { startedAt: now, count: 0 };
    this.#windows.set(provider, window);
    return window;
  }
}
