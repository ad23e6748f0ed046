interface Waiting {
  readonly at: number;
  readonly resolve: () => void;
}

/** A count that grows, and those who wait for it. */
export class Milestones {
  #count = 0;
  #waiting: Waiting[] = [];

  set(count: number): void {
    this.#count = count;
    for (const { at, resolve } of this.#waiting) if (at <= count) resolve();
    this.#waiting = this.#waiting.filter(({ at }) => at > count);
  }

  async reached(at: number): Promise<void> {
    if (this.#count >= at) return;
    await new Promise<void>((resolve) => this.#waiting.push({ at, resolve }));
  }
}
