import { freeMegabytes } from '../../lifecycle/free-space.ts';

/** Known for so long; meanwhile nobody writes as much as is kept free. */
const freshMs = 200;

/**
 * Refuses a write before the disk does: where LMDB meets a full disk it destroys memory of the process (its message
 * about it is longer than the place for it, lmdb 3.5.6), which ends the process a little later.
 */
export class DiskSpace {
  readonly #folder: string;
  #measuredAt = -Infinity;
  #measuring: Promise<number> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error where there is less */
  async require(megabytes: number): Promise<void> {
    if (this.#measuring === undefined || performance.now() - this.#measuredAt > freshMs) {
      this.#measuredAt = performance.now();
      this.#measuring = freeMegabytes(this.#folder);
    }
    const free = await this.#measuring;
    if (free < megabytes) throw new Error(`The disk has ${free} MB left; ${megabytes} MB are needed.`);
  }
}
