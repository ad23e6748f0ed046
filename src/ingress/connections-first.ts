/** So long at most a request waits for the connections that come after it. */
const longestWaitMs = 100;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

/**
 * Lets a crowd in before the first of it are served. Node accepts one connection in a turn of its event loop: where
 * hundreds come at once, and requests are served in the same turns, the first are answered again and again while the last
 * ones are not even connected. So requests wait while there was a connection to accept in each turn; these are short then.
 */
export class ConnectionsFirst {
  readonly #clock: () => number;
  #waiting: Waiting[] = [];
  #acceptedInThisTurn = false;
  #acceptedInLastTurn = false;
  #isTurnDue = false;

  /** @param clock milliseconds, and does not go back */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
  }

  /** A connection was accepted. */
  accepted(): void {
    this.#acceptedInThisTurn = true;
    this.#awaitTurn();
  }

  /** Calls `begin`, now or when those that are about to connect have. */
  serve(begin: () => void): void {
    if (this.#acceptedInThisTurn || this.#acceptedInLastTurn)
      this.#waiting.push({ since: this.#clock(), begin });
    else begin();
  }

  #awaitTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#isTurnDue = false;
    this.#acceptedInLastTurn = this.#acceptedInThisTurn;
    this.#acceptedInThisTurn = false;
    if (this.#acceptedInLastTurn) this.#awaitTurn();
    const due = this.#clock() - longestWaitMs;
    const stay = this.#acceptedInLastTurn ? this.#waiting.findIndex(({ since }) => since > due) : -1;
    const ready = this.#waiting.splice(0, stay === -1 ? this.#waiting.length : stay);
    for (const { begin } of ready) begin();
  }
}
