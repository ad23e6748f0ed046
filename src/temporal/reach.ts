import { type Client, isGrpcServiceError } from '@temporalio/client';
import { TemporalUnavailableError } from '../errors.ts';

const deadlineMs = 10_000;

/** gRPC's codes of a server that is away, late, or asked too often: cancelled, deadline, exhausted, unavailable. */
const unreachable = new Set([1, 4, 8, 14]);

/** Asks Temporal, but does not wait for ever. @throws TemporalUnavailableError where it does not answer */
export async function reach<T>(client: Client, call: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + deadlineMs, call);
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code === undefined || !unreachable.has(code)) throw error;
    throw new TemporalUnavailableError('Temporal does not answer; ask again later.', { cause: error });
  }
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
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCodeOf(error.cause) : undefined;
}
