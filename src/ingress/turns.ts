/** So many requests are begun in a turn of the event loop. */
const mostInTurn = 4;

/**
 * Lets a burst of requests begin in several turns of the event loop. In one, whatever else this process does (the worker,
 * each statement of the graph) would wait for all of them at each of its own steps.
 */
export class Turns {
  /** By connection, in their order. */
  readonly #waiting = new Map<object, () => void>();
  #isDue = false;

  /** One of each connection waits; a further one begins at once, for unread answers are all that bounds its requests. */
  take(connection: object, begin: () => void): void {
    if (this.#waiting.has(connection)) {
      begin();
    } else {
      this.#waiting.set(connection, begin);
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.size === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      for (const [connection, begin] of [...this.#waiting].slice(0, mostInTurn)) {
        this.#waiting.delete(connection);
        begin();
      }
      this.#schedule();
    });
  }
}
