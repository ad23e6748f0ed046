import { setTimeout as sleep } from 'node:timers/promises';

/** Something that goes on while something else is done. */
export class UnderWay {
  readonly ended: Promise<void>;
  isOver = false;

  constructor(work: Promise<void>) {
    this.ended = work.finally(() => (this.isOver = true));
    this.ended.catch(() => undefined); // it is awaited, but maybe only after it has failed
  }

  /** Waits so long at most. @throws what it failed with */
  async endsWithin(ms: number): Promise<boolean> {
    await Promise.race([this.ended, sleep(ms)]);
    return this.isOver;
  }
}
