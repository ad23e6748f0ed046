import type { HeldEntry } from './held.ts';

/**
 * Entries that are to be submitted, in a line for each provider. The lines take turns, so that a provider's
 * delivery waits for one of every other provider and never for a flood; within a line the order is that of arrival.
 */
export class Waiting {
  /** The line whose turn is next comes first. */
  readonly #lines = new Map<string, Set<HeldEntry>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that arrived first. */
  get oldest(): HeldEntry | undefined {
    let oldest: HeldEntry | undefined;
    for (const [first] of this.#lines.values()) {
      if (oldest === undefined || (first !== undefined && first.sequence < oldest.sequence)) oldest = first;
    }
    return oldest;
  }

  add(entry: HeldEntry): void {
    const line = this.#lines.get(entry.provider) ?? new Set();
    this.#lines.set(entry.provider, line);
    if (!line.has(entry)) this.#size += 1;
    line.add(entry);
  }

  delete(entry: HeldEntry): void {
    const line = this.#lines.get(entry.provider);
    if (line?.delete(entry) !== true) return;
    this.#size -= 1;
    if (line.size === 0) this.#lines.delete(entry.provider);
  }

  /** The first that may go of the line whose turn it is; the turn then passes on. */
  next(
    mayGo: (entry: HeldEntry) => boolean,
    mayServe: (provider: string) => boolean = () => true,
  ): HeldEntry | undefined {
    for (const [provider, line] of this.#lines) {
      if (!mayServe(provider)) continue;
      const entry = firstOf(line, mayGo);
      if (entry === undefined) continue;
      this.#lines.delete(provider);
      this.#lines.set(provider, line);
      return entry;
    }
    return undefined;
  }
}

function firstOf(line: Iterable<HeldEntry>, mayGo: (entry: HeldEntry) => boolean): HeldEntry | undefined {
  for (const entry of line) if (mayGo(entry)) return entry;
  return undefined;
}
