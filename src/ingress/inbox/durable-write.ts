import { atMost } from '../../lifecycle/at-most.ts';

/** What LMDB returns of a write: it resolves when committed, and `flushed` when the disk has it. */
export type Write = Promise<boolean> & { readonly flushed?: Promise<boolean> };

/** Below the three seconds that Slack and Discord wait. */
const flushDeadlineMs = 2500;

/** A commit that fails brings a second promise with the reason, which would end the process if nobody took it. */
export async function committed(write: Write): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw await reasonOf(error);
  }
}

/** LMDB resolves `flushed` where the disk has it, and says nothing at all where it could not flush. */
export async function flushed(write: Write): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The disk did not take a write in ${flushDeadlineMs / 1000} s.`));
    }, flushDeadlineMs);
  });
  try {
    await Promise.race([committed(write).then(() => write.flushed), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The reason comes with the end of the transaction, and might not come at all. */
const reasonDeadlineMs = 1000;

async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await atMost(reasonDeadlineMs, Promise.resolve(error.commitError));
    return error;
  } catch (reason) {
    return reason;
  }
}
