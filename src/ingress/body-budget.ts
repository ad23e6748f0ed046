import { ServerBusyError } from '../errors.ts';

/** A body takes no part of the budget up to here, so that large ones of anybody do not keep ordinary ones out. */
const freeBytes = 64 * 1024;
const defaultMaxBytes = 256 * 1024 * 1024;

/** How much of bodies all requests together may hold in memory, whoever sends them: nothing is verified before it is read. */
export class BodyBudget {
  readonly #maxBytes: number;
  #used = 0;

  constructor(maxBytes = defaultMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /** The part of one request, until it is given back. */
  share(): BodyShare {
    let size = 0;
    let counted = 0;
    return {
      add: (bytes) => {
        size += bytes;
        const more = Math.max(0, size - freeBytes) - counted;
        if (this.#used + more > this.#maxBytes) {
          throw new ServerBusyError('Too many large bodies are being received at once; send it again later.');
        }
        this.#used += more;
        counted += more;
      },
      giveBack: () => {
        this.#used -= counted;
        counted = 0;
      },
    };
  }
}

export interface BodyShare {
  /** @throws ServerBusyError */
  add(bytes: number): void;
  giveBack(): void;
}
