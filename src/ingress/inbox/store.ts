import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InboxFullError, InboxUnavailableError } from '../../errors.ts';
import type { Submission } from '../acceptance.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import { type InboxFile, openInboxFile } from './file.ts';

/** What the store needs of LMDB; tests put something slower or broken in its place. */
export type InboxEngine = Pick<InboxFile, 'put' | 'remove' | 'get' | 'getRange' | 'close'>;

export interface StoreOptions {
  readonly path: string;
  /** More than this is refused. LMDB's own size of the map is no bound: it grows. */
  readonly maxBytes: number;
  readonly openEngine?: (path: string) => InboxEngine;
}

export interface StoredSubmission {
  readonly sequence: number;
  readonly submission: Submission;
}

/** Below the three seconds that Slack and Discord wait. */
const flushDeadlineMs = 2500;
/** LMDB stores in pages; to count whole ones also bounds the number of small entries. */
const pageBytes = 4096;

/** Submissions on disk, in the order of their arrival. What is written in one turn of the event loop shares a commit. */
export class InboxStore {
  readonly #engine: InboxEngine;
  readonly #maxBytes: number;
  readonly #sizes = new Map<number, number>();
  #next = 1;
  #bytes = 0;

  private constructor(engine: InboxEngine, maxBytes: number) {
    this.#engine = engine;
    this.#maxBytes = maxBytes;
  }

  static async open({ path, maxBytes, openEngine = openInboxFile }: StoreOptions): Promise<InboxStore> {
    await mkdir(dirname(path), { recursive: true });
    const store = new InboxStore(openEngine(path), maxBytes);
    for (const { key, value } of store.#engine.getRange()) store.#count(key, value.length);
    return store;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is no room for a delivery of one page. */
  get isFull(): boolean {
    return this.#bytes + pageBytes > this.#maxBytes;
  }

  /**
   * Resolves with the entry's place in the order when the disk has it, not before: what is only committed a power cut
   * takes back.
   *
   * @throws InboxFullError, and InboxUnavailableError where the disk does not take it
   */
  async append(submission: Submission): Promise<number> {
    const value = encodeEntry(submission);
    if (this.#bytes + sizeOf(value.length) > this.#maxBytes) {
      throw new InboxFullError(`The inbox is full: ${this.#bytes} of ${this.#maxBytes} bytes.`);
    }
    const sequence = this.#next;
    this.#count(sequence, value.length);
    try {
      await flushed(this.#engine.put(sequence, value));
    } catch (error) {
      // It may have been committed all the same; the sender was told to send it again.
      void this.remove([sequence]).catch(() => undefined);
      throw new InboxUnavailableError('The inbox cannot be written; send the delivery again later.', {
        cause: error,
      });
    }
    return sequence;
  }

  /** @throws InboxDamagedError */
  read(sequence: number): Submission | undefined {
    const value = this.#engine.get(sequence);
    return value === undefined ? undefined : decodeEntry(value);
  }

  /** Everything that is there, the oldest first. @throws InboxDamagedError */
  *all(): Iterable<StoredSubmission> {
    for (const { key: sequence, value } of this.#engine.getRange()) {
      yield { sequence, submission: decodeEntry(value) };
    }
  }

  /** Resolves when committed; what a power cut brings back is only submitted once more. */
  async remove(sequences: readonly number[]): Promise<void> {
    for (const sequence of sequences) {
      this.#bytes -= this.#sizes.get(sequence) ?? 0;
      this.#sizes.delete(sequence);
    }
    await Promise.all(sequences.map(async (sequence) => await committed(this.#engine.remove(sequence))));
  }

  /** Flushes what was begun. */
  async close(): Promise<void> {
    await this.#engine.close();
  }

  #count(sequence: number, length: number): void {
    this.#next = sequence + 1;
    this.#sizes.set(sequence, sizeOf(length));
    this.#bytes += sizeOf(length);
  }
}

function sizeOf(length: number): number {
  return Math.ceil(length / pageBytes) * pageBytes;
}

type Write = Promise<boolean> & { readonly flushed?: Promise<boolean> };

/** A commit that fails brings a second promise with the reason, which would end the process if nobody took it. */
async function committed(write: Write): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw await reasonOf(error);
  }
}

/** LMDB resolves `flushed` where the disk has it, and says nothing at all where it could not flush. */
async function flushed(write: Write): Promise<void> {
  await committed(write);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The disk did not take a write in ${flushDeadlineMs / 1000} s.`));
    }, flushDeadlineMs);
  });
  try {
    await Promise.race([write.flushed, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
