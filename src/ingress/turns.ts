/** So many requests are begun in a turn of the event loop. */
const mostInTurn = 4;

/**
 * Lets a burst of requests begin in several turns of the event loop. In one, whatever else this process does (the worker,
 * each statement of the graph) would wait for all of them at each of its own steps.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isDue = false;

  take(begin: () => void): void {
    this.#waiting.push(begin);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      for (const begin of this.#waiting.splice(0, mostInTurn)) begin();
      this.#schedule();
    });
  }
}
