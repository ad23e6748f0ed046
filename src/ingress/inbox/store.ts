import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InboxFullError, InboxUnavailableError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';
import type { Submission } from '../acceptance.ts';
import { committed, flushed } from './durable-write.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import { type InboxFile, markKey, openInboxFile } from './file.ts';
import { DiskSpace } from './space.ts';

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

/** LMDB stores in pages; to count whole ones also bounds the number of small entries. */
const pageBytes = 4096;
/** What the disk must have for a delivery more, and for what makes room. */
const megabytesToAppend = 32;
const megabytesToRemove = 4;
/** So full, it lets go earlier what is only kept for a power cut. */
const crowdedShare = 0.75;

/** Submissions on disk, in the order of their arrival. What waits while the disk is written shares the next commit. */
export class InboxStore {
  readonly #engine: InboxEngine;
  readonly #maxBytes: number;
  readonly #space: DiskSpace;
  readonly #sizes = new Map<number, number>();
  #next: number;
  #bytes = 0;
  #mark: number;
  #failure: InboxUnavailableError | undefined;
  /** Settles when everything that was begun before has ended. */
  #earlier: Promise<void> = Promise.resolve();

  private constructor(engine: InboxEngine, { path, maxBytes }: StoreOptions) {
    this.#engine = engine;
    this.#maxBytes = maxBytes;
    this.#space = new DiskSpace(dirname(path));
    this.#mark = readMark(engine);
    this.#next = this.#mark;
  }

  /** @throws InboxUnavailableError */
  static async open(options: StoreOptions): Promise<InboxStore> {
    const { path, openEngine = openInboxFile } = options;
    try {
      await mkdir(dirname(path), { recursive: true });
      return new InboxStore(openEngine(path), options);
    } catch (error) {
      const reason = messageOf(error);
      throw new InboxUnavailableError(`The inbox ${path} cannot be opened: ${reason}`, { cause: error });
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is no room for a delivery of one page. */
  get isFull(): boolean {
    return this.#bytes + pageBytes > this.#maxBytes;
  }

  get isCrowded(): boolean {
    return this.#bytes > this.#maxBytes * crowdedShare;
  }

  /** Temporal had everything before this place. */
  get mark(): number {
    return this.#mark;
  }

  /** The place that the next submission gets. */
  get next(): number {
    return this.#next;
  }

  /** Everything that an earlier process left, the oldest first; to be read once, before the first is appended. */
  *load(): Iterable<StoredSubmission> {
    for (const { key: sequence, value } of this.#engine.getRange({ start: 1 })) {
      this.#count(sequence, value.length);
      yield { sequence, submission: decodeEntry(value) };
    }
  }

  /**
   * Resolves with the entry's place in the order when the disk has it, not before: what is only committed a power cut
   * takes back.
   *
   * @throws InboxFullError, and InboxUnavailableError where the disk does not take it
   */
  async append(submission: Submission): Promise<number> {
    const settled = await this.#requireSpace(submission.body.length);
    try {
      return await this.#put(submission);
    } finally {
      settled();
    }
  }

  /** @throws InboxDamagedError */
  read(sequence: number): Submission | undefined {
    const value = this.#engine.get(sequence);
    return value === undefined ? undefined : decodeEntry(value);
  }

  /** Resolves when committed; what a power cut brings back is only submitted once more. */
  async remove(sequences: readonly number[]): Promise<void> {
    if (sequences.length > 0) await this.#space.require(megabytesToRemove);
    await Promise.all(sequences.map(async (sequence) => await committed(this.#engine.remove(sequence))));
    for (const sequence of sequences) this.#uncount(sequence);
  }

  /** Notes for the next start that Temporal had everything before this place. */
  async markBefore(sequence: number): Promise<void> {
    if (sequence === this.#mark) return;
    await this.#space.require(megabytesToRemove);
    this.#mark = sequence;
    await committed(this.#engine.put(markKey, asMark(sequence)));
  }

  /** Whether the disk takes a delivery, as far as it can be known without one. @throws InboxUnavailableError */
  async check(): Promise<void> {
    this.#space.forget();
    await this.#requireSpace();
    if (this.#failure === undefined) return;
    try {
      await flushed(this.#engine.put(markKey, asMark(this.#mark)));
      this.#failure = undefined;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Flushes what was begun. */
  async close(): Promise<void> {
    await this.#engine.close();
  }

  async #put(submission: Submission): Promise<number> {
    const sequence = this.#next;
    const value = encodeEntry(sequence, submission);
    if (this.#bytes + sizeOf(value.length) > this.#maxBytes) {
      throw new InboxFullError(`The inbox is full: ${this.#bytes} of ${this.#maxBytes} bytes.`);
    }
    this.#count(sequence, value.length);
    const earlier = this.#earlier;
    const written = flushed(this.#engine.put(sequence, value));
    this.#earlier = Promise.allSettled([earlier, written]).then(() => undefined);
    try {
      await written;
      this.#failure = undefined;
    } catch (error) {
      this.#uncount(sequence);
      // It may have been committed all the same; the sender was told to send it again.
      void committed(this.#engine.remove(sequence)).catch(() => undefined);
      throw this.#failed(error);
    }
    await earlier; // LMDB may tell of a later batch first
    return sequence;
  }

  async #requireSpace(bytes = 0): Promise<() => void> {
    try {
      return await this.#space.require(megabytesToAppend, bytes);
    } catch (error) {
      throw unavailable(error);
    }
  }

  #failed(error: unknown): InboxUnavailableError {
    this.#space.forget();
    return (this.#failure = unavailable(error));
  }

  #count(sequence: number, length: number): void {
    this.#next = Math.max(this.#next, sequence + 1);
    this.#sizes.set(sequence, sizeOf(length));
    this.#bytes += sizeOf(length);
  }

  #uncount(sequence: number): void {
    this.#bytes -= this.#sizes.get(sequence) ?? 0;
    this.#sizes.delete(sequence);
  }
}

function unavailable(cause: unknown): InboxUnavailableError {
  return new InboxUnavailableError('The inbox cannot be written; send the delivery again later.', { cause });
}

function sizeOf(length: number): number {
  return Math.ceil(length / pageBytes) * pageBytes;
}

function readMark(engine: InboxEngine): number {
  return Number(engine.get(markKey)?.toString('latin1') ?? 1);
}

function asMark(sequence: number): Buffer {
  return Buffer.from(String(sequence), 'latin1');
}
