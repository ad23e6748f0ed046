import type { HeldEntry } from './held.ts';

interface Asked {
  readonly since: number;
  /** When it is next asked for: later each time. */
  dueAt: number;
  pauseMs: number;
}

const longestPauseMs = 60_000;

/** Entries that Temporal has and whose workflow is not known to have closed. */
export class NotClosed {
  /** Those that were not asked for the longest come first. */
  readonly #asked = new Map<HeldEntry, Asked>();
  readonly #firstPauseMs: number;

  constructor(firstPauseMs: number) {
    this.#firstPauseMs = firstPauseMs;
  }

  add(entry: HeldEntry): void {
    const now = performance.now();
    this.#asked.set(entry, { since: now, dueAt: now, pauseMs: this.#firstPauseMs });
  }

  delete(entry: HeldEntry): void {
    this.#asked.delete(entry);
  }

  due(most: number): HeldEntry[] {
    const now = performance.now();
    const due: HeldEntry[] = [];
    for (const [entry, { dueAt }] of this.#asked) {
      if (due.length === most) break;
      if (dueAt <= now) due.push(entry);
    }
    return due;
  }

  /** It is asked for again after a while. @returns for how long it has been one of them */
  postpone(entry: HeldEntry): number {
    const asked = this.#asked.get(entry);
    if (asked === undefined) return 0;
    const now = performance.now();
    this.#asked.delete(entry);
    this.#asked.set(entry, {
      since: asked.since,
      dueAt: now + asked.pauseMs,
      pauseMs: Math.min(longestPauseMs, asked.pauseMs * 2),
    });
    return now - asked.since;
  }
}
