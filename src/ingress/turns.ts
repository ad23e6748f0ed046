/** So many requests begin in one turn of the event loop, while several providers post. */
const perTurn = 4;
/** A provider counts for so long after its last request: until what it brought is done with. */
const recentMs = 2000;

/**
 * Lets the providers take turns at being served. What one brings needs some dozen turns of the event loop until it has its
 * effect; where another one floods, a turn is as long as all the requests that have come meanwhile. So few begin in each,
 * of every provider in turn. While there is one provider alone, all begin at once: that is the quickest.
 */
export class Turns {
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();
  readonly #lines = new Map<string, (() => void)[]>();
  #left = perTurn;
  #isTurnDue = false;

  /** @param now milliseconds of a clock that does not go back */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Resolves when a request may begin.
   *
   * @param provider a configured name, or one word for all others: a sender does not choose how many there are
   */
  async take(provider: string): Promise<void> {
    this.#seen.set(provider, this.#now());
    if (this.#isAlone()) return;
    if (this.#left > 0 && this.#lines.size === 0) this.#begin();
    else await new Promise<void>((resolve) => this.#enqueue(provider, resolve));
  }

  #isAlone(): boolean {
    const since = this.#now() - recentMs;
    let recent = 0;
    for (const at of this.#seen.values()) if (at > since) recent += 1;
    return recent < 2 && this.#lines.size === 0;
  }

  #begin(): void {
    this.#left -= 1;
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => this.#nextTurn());
  }

  #enqueue(provider: string, begin: () => void): void {
    const line = this.#lines.get(provider);
    if (line === undefined) this.#lines.set(provider, [begin]);
    else line.push(begin);
  }

  #nextTurn(): void {
    this.#isTurnDue = false;
    this.#left = perTurn;
    // A line that is put behind the others is come to again.
    for (const [provider, line] of this.#lines) {
      if (this.#left === 0) return;
      this.#begin();
      line.shift()?.();
      this.#lines.delete(provider);
      if (line.length > 0) this.#lines.set(provider, line);
    }
  }
}
