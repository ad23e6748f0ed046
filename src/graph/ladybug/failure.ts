import { GraphRejectedError, GraphUnavailableError, WebhookError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';

/** What the engine says of a statement or a value that will not do, however often it is tried. */
const lasting = /^(?:Binder|Parser|Catalog|Conversion|Overflow|Not implemented|Copy) exception/i;

/** Errors of the engine as ours: what a later attempt may not meet again is unavailable, the rest is rejected. */
export function asOurs(error: unknown): unknown {
  if (error instanceof WebhookError) return error;
  const message = messageOf(error);
  if (lasting.test(message))
    return new GraphRejectedError(`The graph rejected a change: ${message}`, { cause: error });
  return new GraphUnavailableError(`The graph is not available: ${message}`, { cause: error });
}

/** Whether a checkpoint would help. */
export function isPoolFull(error: unknown): boolean {
  return /buffer pool is full/i.test(messageOf(error));
}
