import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds. */
export async function until(condition: () => boolean, deadlineMs = 120_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > deadline)
      throw new Error(`It did not come about in ${deadlineMs / 1000} s: ${String(condition)}`);
    await sleep(10);
  }
}
