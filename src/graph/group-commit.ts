import { GraphRejectedError } from '../errors.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Item, Result> {
  /** Writes all or nothing, and answers in the order of the items. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items of one key never share a group. */
  readonly keyOf: (item: Item) => string;
  /** Items that say the same: the second one waits for the first, which may be under way. None, unless given. */
  readonly identityOf?: (item: Item) => string;
  /** Who submits it: it is waited for more only while all that waits is of one. Of one, unless given. */
  readonly senderOf?: (item: Item) => string;
}

/** Larger transactions block the event loop while their parameters are converted. */
const maxGroup = 200;
/** A transaction costs its statements far more than its items: five together cost three times as much each as fifty. */
const goodGroup = 80;
/** While transactions follow each other, the next one waits for more items, and looks so often what has come … */
const lookMs = 20;
/** … until so many times in a row nothing has … */
const quietLooks = 5;
/** … and no longer than this. */
const gatherMs = 250;
/** The first. It is doubled after each full one, for a server that has just begun plans long what it runs in no time … */
const firstGroup = 2;
/** … unless that took so long that twice as many might take too long. */
const quickMs = 10_000;
/** What a group that failed is divided by: a slow store may need longer for a large one than it is given. */
const shrink = 4;

/**
 * One writer: what arrives alone is written at once, what arrives while a transaction runs shares the next one. A group
 * that is rejected is tried again one by one, so that only the item at fault fails. How large a group may be, the store
 * shows by the time that it takes.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  readonly #unfinished = new Map<string, Promise<Result>>();
  #most = firstGroup;
  #waiting: Waiting<Item, Result>[] = [];
  #running: Promise<void> | undefined;
  /** While more is waited for. */
  #onEnough: (() => void) | undefined;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /**
   * Who gave up waiting and asks again shares the answer of its first call. Otherwise a store that is slower than its
   * callers are patient would be asked for more, the slower it is.
   */
  async submit(item: Item): Promise<Result> {
    const identity = this.#options.identityOf?.(item);
    if (identity === undefined) return await this.#enqueue(item);
    const unfinished = this.#unfinished.get(identity);
    if (unfinished !== undefined) return await unfinished;
    const result = this.#enqueue(item);
    this.#unfinished.set(identity, result);
    try {
      return await result;
    } finally {
      this.#unfinished.delete(identity);
    }
  }

  async #enqueue(item: Item): Promise<Result> {
    const result = new Promise<Result>((resolve, reject) => this.#waiting.push({ item, resolve, reject }));
    if (this.#onEnough !== undefined && this.#isEnough()) this.#onEnough();
    this.#running ??= this.#drain();
    return await result;
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // what is submitted in the same turn shares the first group
    for (let isRest = true; this.#waiting.length > 0;) {
      if (!isRest) await this.#gather();
      const group = this.#takeGroup();
      isRest = this.#waiting.length > 0; // what could not go with these has waited enough
      await this.#commit(group);
    }
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    const until = performance.now() + gatherMs;
    for (let quiet = 0; quiet < quietLooks && performance.now() < until;) {
      const seen = this.#waiting.length;
      if (this.#isEnough()) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs);
        this.#onEnough = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      quiet = this.#waiting.length > seen ? 0 : quiet + 1;
    }
  }

  /** As many as are worth a transaction; or of several, and one who submits little would wait for the many of another. */
  #isEnough(): boolean {
    return this.#waiting.length >= Math.min(goodGroup, this.#most) || this.#isShared();
  }

  #isShared(): boolean {
    const { senderOf } = this.#options;
    const [first] = this.#waiting;
    if (senderOf === undefined || first === undefined) return false;
    const sender = senderOf(first.item);
    return this.#waiting.some(({ item }) => senderOf(item) !== sender);
  }

  #takeGroup(): Waiting<Item, Result>[] {
    const group: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const waiting of this.#waiting) {
      const key = this.#options.keyOf(waiting.item);
      const fits = group.length < this.#most && !keys.has(key);
      keys.add(key);
      (fits ? group : later).push(waiting);
    }
    this.#waiting = later;
    return group;
  }

  async #commit(group: readonly Waiting<Item, Result>[]): Promise<void> {
    const began = performance.now();
    try {
      const results = await this.#options.commit(group.map(({ item }) => item));
      this.#learn(group.length, performance.now() - began);
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined)
          reject(new TypeError('A group commit answered fewer items than it was given.'));
        else resolve(result);
      });
    } catch (error) {
      if (group.length > 1 && error instanceof GraphRejectedError) {
        for (const waiting of group) await this.#commit([waiting]);
      } else {
        if (!(error instanceof GraphRejectedError))
          this.#most = Math.max(1, Math.floor(group.length / shrink));
        for (const { reject } of group) reject(error);
      }
    }
  }

  #learn(size: number, tookMs: number): void {
    if (size === this.#most && tookMs < quickMs) this.#most = Math.min(maxGroup, size * 2);
  }
}
