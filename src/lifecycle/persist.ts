import { setTimeout as sleep } from 'node:timers/promises';

const firstPauseMs = 250;
const longestPauseMs = 10_000;

export interface PersistOptions {
  /** Ends it: what is under way is not waited for. */
  readonly signal: AbortSignal;
  /** Told of each attempt that failed, before the pause. */
  readonly onFailure: (error: unknown) => void;
}

/** Tries until it succeeds, with growing pauses. @throws only where the signal says so */
export async function persist<T>(
  attempt: () => Promise<T>,
  { signal, onFailure }: PersistOptions,
): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      onFailure(error);
    }
    await sleep(pauseMs, undefined, { signal });
  }
}
