import { type Client, isGrpcServiceError } from '@temporalio/client';
import { TemporalUnavailableError } from '../errors.ts';
import { within } from '../lifecycle/within.ts';

const askingMs = 10_000;
const deadlineExceeded = 4;

/** gRPC's codes of a server that is away, late, or asked too often: cancelled, deadline, exhausted, unavailable. */
const unreachable = new Set([1, deadlineExceeded, 8, 14]);

/** Asks Temporal, but does not wait for ever. @throws TemporalUnavailableError where it does not answer */
export async function reach<T>(client: Client, call: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline(client, askingMs, call);
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code === undefined || !unreachable.has(code)) throw error;
    throw new TemporalUnavailableError('Temporal does not answer; ask again later.', { cause: error });
  }
}

/** The answer has not come in time; the call may have its effect all the same. */
class NoAnswerError extends Error {
  readonly code = deadlineExceeded;
}

/**
 * A call with a deadline that holds. The SDK's core has one for each attempt, and repeats for ten seconds what a server
 * refuses for now: because it is not there, or because it is asked too often.
 */
export async function withDeadline<T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> {
  const calling = client.withDeadline(Date.now() + ms, call);
  return await within(ms, calling, () => new NoAnswerError(`Temporal did not answer within ${ms} ms.`));
}

/** Those that say nothing of what was sent: also no such namespace, permission denied, unimplemented, unauthenticated. */
const serverWide = new Set([...unreachable, 5, 7, 12, 16]);

/** Whether any other request would have met the same. */
export function isServerWide(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return code !== undefined && serverWide.has(code);
}

/** The gRPC code of an error of the client, or of the one that it wraps. */
export function grpcCodeOf(error: unknown): number | undefined {
  if (isGrpcServiceError(error) || error instanceof NoAnswerError) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCodeOf(error.cause) : undefined;
}
