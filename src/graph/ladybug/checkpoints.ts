import { statSync } from 'node:fs';
import type { Session } from './engine.ts';

const mebibyte = 1024 * 1024;
/** Of the buffer pool, for versions; the rest is for pages and for what queries need. */
const share = 0.5;
/**
 * What the versions of a transaction take, by the root of what it adds to the log: 0.4 to 0.7 MB of memory for 10 KB of
 * log (one delivery), 1.7 for 75 KB (ten), 3 for 360 KB (50), 6 for 1.4 MB (200). One row that is set makes a version of
 * 2,048 of each of its columns, so many small transactions take the most.
 */
const mebibytesPerRoot = 6;
/** Of log, however few transactions it is of: what a start has to replay. */
const mostLogBytes = 16 * mebibyte;
/** Of a log that is there at the start nobody knows how many transactions it is of: as if it were of the smallest. */
const mebibytesPerLogged = 60;

/**
 * Makes checkpoints in time. Until one the engine keeps each version of what it changed in its buffer pool, and when that
 * is full it takes no transaction any more. By itself it would make one at 16 MB of log, which is too late where
 * transactions are small (1,200 deliveries one by one, 12 MB of log, fill 512 MB), and in a COMMIT, which holds others up.
 */
export class Checkpoints {
  readonly #session: Session;
  readonly #log: string;
  readonly #most: number;
  #logBytes = 0;
  #held = 0;

  private constructor(session: Session, log: string, most: number) {
    this.#session = session;
    this.#log = log;
    this.#most = most;
  }

  /** @param path of the database, in which nothing was written yet by this process */
  static of(session: Session, path: string, bufferPoolBytes: number): Checkpoints {
    const checkpoints = new Checkpoints(session, `${path}.wal`, (bufferPoolBytes / mebibyte) * share);
    checkpoints.#logBytes = checkpoints.#size();
    checkpoints.#held = (checkpoints.#logBytes / mebibyte) * mebibytesPerLogged;
    return checkpoints;
  }

  get isDue(): boolean {
    return this.#held > this.#most || this.#logBytes > mostLogBytes;
  }

  /** Takes one to two seconds. */
  async make(): Promise<void> {
    await this.#session.checkpoint();
    this.#logBytes = this.#size();
    this.#held = 0;
  }

  /** After each transaction. */
  committed(): void {
    const bytes = this.#size();
    const added = bytes - this.#logBytes;
    this.#logBytes = bytes;
    // A log that has shrunk is one of which the engine made a checkpoint.
    this.#held = added < 0 ? 0 : this.#held + mebibytesPerRoot * Math.sqrt(added / mebibyte);
  }

  /** Asked at once: a millisecond's hundredth, and no turn of the event loop in each transaction. */
  #size(): number {
    return statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0;
  }
}
