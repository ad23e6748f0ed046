import { GraphUnavailableError } from '../../errors.ts';
import { within } from '../../lifecycle/within.ts';
import { asOurs, isLost, isTransient } from './failure.ts';

/** Of one transaction. What is still in its way after that is waited for by those who asked. */
const maxAttempts = 12;
/** A pooled connection may have been lost long ago: another one is tried, and then it is the server. */
const maxLost = 2;
const longestPauseMs = 500;

/** Repeats what the server calls transient, such as a deadlock, with pauses that grow. Errors are ours. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  let lost = 0;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (isLost(error)) lost += 1;
      if (!isTransient(error) || attempts === maxAttempts || lost === maxLost) throw asOurs(error);
      const pauseMs = Math.min(longestPauseMs, 5 * 2 ** attempts) * (0.5 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** A server that holds a connection and says nothing would hold its caller for ever. */
export async function answered<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return await within(
    limitMs,
    work,
    () => new GraphUnavailableError(`The graph did not answer within ${limitMs} ms.`),
  );
}
