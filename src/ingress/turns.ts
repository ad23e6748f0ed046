/** So many requests of a provider begin in one turn of the event loop, while several providers post. */
const perTurn = 4;
/** A provider counts for so long after its last request: until what it brought is done with. */
const recentMs = 2000;
/** After a turn that served a flood beside somebody quiet, the flood is left alone for so many times as long … */
const restRatio = 3;
/** … but no request waits for longer than this: senders give up after some seconds. */
const patienceMs = 250;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

/**
 * Lets the providers take turns at being served. What one brings needs some dozen turns of the event loop until it has its
 * effect; where another one floods, a turn is as long as all the requests that have come meanwhile, and the machine has
 * nothing left for Temporal and the graph. So few begin in each, of every provider in turn; and while one posts that has
 * none waiting, a flood leaves most of the time to it. While there is one provider alone, all begin at once: that is the
 * quickest.
 */
export class Turns {
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();
  readonly #lines = new Map<string, Waiting[]>();
  readonly #begun = new Map<string, number>();
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
    const isQuiet = !this.#lines.has(provider) && (this.#begun.get(provider) ?? 0) < perTurn;
    if (isQuiet) this.#begin(provider);
    else await new Promise<void>((begin) => this.#enqueue(provider, { since: this.#now(), begin }));
  }

  #isAlone(): boolean {
    return this.#lines.size === 0 && this.#recent().length < 2;
  }

  #recent(): string[] {
    const since = this.#now() - recentMs;
    return [...this.#seen].filter(([, at]) => at > since).map(([provider]) => provider);
  }

  #enqueue(provider: string, waiting: Waiting): void {
    const line = this.#lines.get(provider);
    if (line === undefined) this.#lines.set(provider, [waiting]);
    else line.push(waiting);
    this.#awaitTurn();
  }

  #begin(provider: string): void {
    this.#begun.set(provider, (this.#begun.get(provider) ?? 0) + 1);
    this.#awaitTurn();
  }

  /** Whoever waits, waits for the end of a turn: one is always due then. */
  #awaitTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    const began = this.#now();
    setImmediate(() => this.#endTurn(this.#now() - began));
  }

  #endTurn(tookMs: number): void {
    this.#begun.clear();
    const restMs = this.#isQuietBeside()
      ? Math.round(Math.min(tookMs * restRatio, this.#patienceLeftMs()))
      : 0;
    if (restMs > 0) setTimeout(() => this.#serve(1), restMs);
    else this.#serve(perTurn);
  }

  /** Whether some wait, and one posts that has none waiting. */
  #isQuietBeside(): boolean {
    return this.#lines.size > 0 && this.#recent().some((name) => !this.#lines.has(name));
  }

  #patienceLeftMs(): number {
    const oldest = Math.min(...[...this.#lines.values()].map(([first]) => first?.since ?? Infinity));
    return oldest + patienceMs - this.#now();
  }

  #serve(most: number): void {
    this.#isTurnDue = false;
    let left = most;
    // A line that is put behind the others is come to again.
    for (const [provider, line] of this.#lines) {
      if (left === 0) return;
      left -= 1;
      this.#begin(provider);
      line.shift()?.begin();
      this.#lines.delete(provider);
      if (line.length > 0) this.#lines.set(provider, line);
    }
  }
}
