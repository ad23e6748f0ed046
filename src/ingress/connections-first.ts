/** So long a request waits, while others connect; after that one begins in each turn. */
const patienceMs = 250;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

/**
 * Lets a crowd in before the first of it are served. Node accepts one connection in a turn of its event loop: where
 * hundreds come at once, and requests are served in the same turns, the first are answered again and again while the last
 * ones are not even connected. So requests wait while there is a connection to accept in each turn; these are short then.
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
    if (this.#acceptedInLastTurn) {
      this.#awaitTurn();
      this.#beginOverdue();
    } else {
      for (const { begin } of this.#waiting.splice(0)) begin();
    }
  }

  /** One alone: a turn that serves many is as long as all of them, and the next connection waits for its end. */
  #beginOverdue(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined || this.#clock() - oldest.since < patienceMs) return;
    this.#waiting.shift();
    oldest.begin();
  }
}
