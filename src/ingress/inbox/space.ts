import { freeMegabytes } from '../../lifecycle/free-space.ts';

/** Others write to the disk too, so that what is free is known for so long. */
const freshMs = 20;
const megabyte = 1024 * 1024;

/**
 * Refuses a write before the disk does: where LMDB meets a full disk it destroys memory of the process (its message
 * about it is longer than the place for it, lmdb 3.5.6), which ends the process a little later.
 */
export class DiskSpace {
  readonly #folder: string;
  #measuredAt = -Infinity;
  #measuring = Promise.resolve(0);
  /** On the disk since it was measured. */
  #written = 0;
  /** Granted, and not on the disk yet. */
  #granted = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Grants a write.
   *
   * @returns to be called when the disk has it, or never will
   * @throws Error where less than these megabytes would be left beside what is to be written, by this one and by others
   */
  async require(megabytes: number, bytes = 0): Promise<() => void> {
    if (performance.now() - this.#measuredAt > freshMs) this.#measure();
    let left = this.#leftOf(await this.#measuring, bytes);
    if (left < megabytes) {
      this.#measure();
      left = this.#leftOf(await this.#measuring, bytes);
    }
    if (left < megabytes) {
      throw new Error(`The disk has ${Math.floor(left)} MB left; ${megabytes} MB are needed.`);
    }
    this.#granted += bytes;
    return () => {
      this.#granted -= bytes;
      this.#written += bytes;
    };
  }

  /** What was measured is not to be relied on. */
  forget(): void {
    this.#measuredAt = -Infinity;
  }

  /** Together with the grant in one turn: many wait for the same measurement. */
  #leftOf(measured: number, bytes: number): number {
    return measured - (this.#written + this.#granted + bytes) / megabyte;
  }

  #measure(): void {
    this.#measuredAt = performance.now();
    this.#written = 0;
    this.#measuring = freeMegabytes(this.#folder);
  }
}
