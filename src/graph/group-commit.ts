import { GraphRejectedError } from '../errors.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What waits of one sender; times as the clock counts. */
interface Line<Item, Result> {
  waiting: Waiting<Item, Result>[];
  /** Some of it could not go with the last group: it has waited enough. */
  isRest: boolean;
  /** Its last group was of several, or more came meanwhile: more is about to come. */
  isBusy: boolean;
  lastCameAt: number;
  /** Since when it waits for more. */
  gathersSince: number;
  endedAt: number;
}

export interface GroupCommitOptions<Item, Result> {
  /** Writes all or nothing, and answers in the order of the items. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items of one key never share a group. */
  readonly keyOf: (item: Item) => string;
  /** Items that say the same: the second one waits for the first, which may be under way. None, unless given. */
  readonly identityOf?: (item: Item) => string;
  /** Who submits it: a group is of one of them, and they take turns. Of one, unless given. */
  readonly senderOf?: (item: Item) => string;
  /** Milliseconds, and does not go back. */
  readonly clock?: () => number;
}

/** Larger transactions block the event loop while their parameters are converted. */
const maxGroup = 200;
/** A transaction costs its statements far more than its items: five together cost three times as much each as fifty. */
const goodGroup = 80;
/** A busy sender's next group waits for more items until nothing has come for so long … */
const quietMs = 100;
/** … and no longer than this; it is busy for as long after the last one. */
const gatherMs = 250;
/** The first. It is doubled after each full one, for a server that has just begun plans long what it runs in no time … */
const firstGroup = 2;
/** … unless that took so long that twice as many might take too long. */
const quickMs = 10_000;
/** What a group that failed is divided by: a slow store may need longer for a large one than it is given. */
const shrink = 4;

/**
 * One writer: what arrives alone is written at once, what arrives while transactions follow each other shares the next
 * one. The senders take turns, and each gathers what is its own: of one that floods there are few and large transactions,
 * so that another's delivery seldom waits for one. A group that is rejected is tried again one by one, so that only the
 * item at fault fails. How large a group may be, the store shows by the time that it takes.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  readonly #clock: () => number;
  readonly #unfinished = new Map<string, Promise<Result>>();
  /** By sender; who was served last is the last. */
  readonly #lines = new Map<string, Line<Item, Result>>();
  #most = firstGroup;
  #running: Promise<void> | undefined;
  /** While more is waited for. */
  #onEnough: (() => void) | undefined;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
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
    const line = this.#lineOf(this.#options.senderOf?.(item) ?? '');
    line.lastCameAt = this.#clock();
    if (line.waiting.length === 0) line.gathersSince = line.lastCameAt;
    const result = new Promise<Result>((resolve, reject) => line.waiting.push({ item, resolve, reject }));
    if (this.#dueIn(line) <= 0) this.#onEnough?.();
    this.#running ??= this.#drain();
    return await result;
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // what is submitted in the same turn shares the first group
    for (let waiting = this.#waiting(); waiting.length > 0; waiting = this.#waiting()) {
      const due = waiting.find(([, line]) => this.#dueIn(line) <= 0);
      if (due === undefined) await this.#gather(Math.min(...waiting.map(([, line]) => this.#dueIn(line))));
      else await this.#serve(...due);
    }
    this.#running = undefined;
  }

  /** Those of whom something waits; who was served last is the last. */
  #waiting(): [string, Line<Item, Result>][] {
    return [...this.#lines].filter(([, { waiting }]) => waiting.length > 0);
  }

  /** Milliseconds until what waits of a sender is written: as many as are worth a transaction, or nothing more comes. */
  #dueIn({ waiting, isRest, isBusy, lastCameAt, gathersSince, endedAt }: Line<Item, Result>): number {
    const now = this.#clock();
    const isAlone = !isBusy || gathersSince - endedAt > gatherMs;
    if (isRest || isAlone || waiting.length >= Math.min(goodGroup, this.#most)) return 0;
    return Math.min(lastCameAt + quietMs, gathersSince + gatherMs) - now;
  }

  async #gather(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(ms));
      this.#onEnough = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onEnough = undefined;
  }

  async #serve(sender: string, line: Line<Item, Result>): Promise<void> {
    this.#lines.delete(sender);
    this.#lines.set(sender, line);
    const group = this.#takeGroup(line);
    line.isRest = line.waiting.length > 0;
    await this.#commit(group);
    line.isBusy = group.length > 1 || line.waiting.length > 0;
    line.endedAt = this.#clock();
    line.gathersSince = line.endedAt;
  }

  #lineOf(sender: string): Line<Item, Result> {
    const known = this.#lines.get(sender);
    if (known !== undefined) return known;
    const line: Line<Item, Result> = {
      ...{ waiting: [], isRest: false, isBusy: false },
      ...{ lastCameAt: -Infinity, gathersSince: -Infinity, endedAt: -Infinity },
    };
    this.#lines.set(sender, line);
    return line;
  }

  #takeGroup(line: Line<Item, Result>): Waiting<Item, Result>[] {
    const group: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const waiting of line.waiting) {
      const key = this.#options.keyOf(waiting.item);
      const fits = group.length < this.#most && !keys.has(key);
      keys.add(key);
      (fits ? group : later).push(waiting);
    }
    line.waiting = later;
    return group;
  }

  async #commit(group: readonly Waiting<Item, Result>[]): Promise<void> {
    const began = this.#clock();
    try {
      const results = await this.#options.commit(group.map(({ item }) => item));
      this.#learn(group.length, this.#clock() - began);
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
