/** So many starts may be under way at once; few, while senders wait for answers. */
const mostAtOnce = 50;
const fewAtOnce = 2;
/**
 * A start that took longer than this, and so many times as long as the quickest of late, says that Temporal has enough to
 * do: more at once would only wait there, and with them the next delivery of a provider whose turn comes.
 */
const slowMs = 150;
const slowRatio = 4;
/** How quickly what was once quick is forgotten, so that a slower machine is not taken for a busy one for ever. */
const forgetting = 1.01;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * How many starts the forwarder may have under way: more while Temporal is quick, half as many when it is slow, and
 * after a failure none for a while, then one.
 */
export class Pace {
  #atOnce = 8;
  #pauseMs = firstPauseMs;
  #pausedUntil = 0;
  #slowedAt = 0;
  #quickestMs = Infinity;

  /** Milliseconds until the next start may begin. */
  get pauseMs(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Whether the last thing that was heard of Temporal is that it does not answer. */
  get isStalled(): boolean {
    return this.#pauseMs > firstPauseMs;
  }

  atOnce(areSendersWaiting: boolean): number {
    return Math.min(Math.floor(this.#atOnce), areSendersWaiting ? fewAtOnce : mostAtOnce);
  }

  succeeded(startedAt: number): void {
    this.#pauseMs = firstPauseMs;
    this.#pausedUntil = 0;
    const tookMs = performance.now() - startedAt;
    this.#quickestMs = Math.min(tookMs, this.#quickestMs * forgetting);
    if (tookMs < Math.max(slowMs, this.#quickestMs * slowRatio)) {
      this.#atOnce = Math.min(mostAtOnce, this.#atOnce + 1 / this.#atOnce);
    } else if (startedAt > this.#slowedAt) {
      // Once for all that were under way together.
      this.#slowedAt = performance.now();
      this.#atOnce = Math.max(1, this.#atOnce / 2);
    }
  }

  failed(startedAt: number): void {
    if (startedAt < this.#slowedAt) return;
    this.#slowedAt = performance.now();
    this.#atOnce = 1;
    this.#pausedUntil = this.#slowedAt + this.#pauseMs;
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
  }
}
