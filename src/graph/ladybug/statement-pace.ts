import { setImmediate } from 'node:timers/promises';

/** A statement that took longer is waited for from then on … */
const quickMs = 5;
/** … so many times, after which it is tried again. */
const patience = 50;
/** So long at most statements follow each other without a turn of the event loop between them. */
const turnMs = 10;

/**
 * Which statements hold up the event loop until they are done. Most take a tenth of a millisecond: to wait for them in a
 * thread of Node's pool costs twice the CPU, and a turn of the event loop each, of which a busy server has few.
 */
export class StatementPace {
  readonly #waits = new Map<string, number>();
  #turnBegan = -Infinity;

  isQuick(statement: string): boolean {
    const left = this.#waits.get(statement) ?? 0;
    if (left > 0) this.#waits.set(statement, left - 1);
    return left === 0;
  }

  /** Lets others have a turn, where it is their time. */
  async turn(): Promise<void> {
    if (performance.now() - this.#turnBegan < turnMs) return;
    await setImmediate();
    this.#turnBegan = performance.now();
  }

  took(statement: string, ms: number): void {
    if (ms > quickMs) this.#waits.set(statement, patience);
  }
}
