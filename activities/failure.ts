import { ApplicationFailure } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import { EnrichUnavailableError, InternalError, WebhookError } from '../src/errors.ts';
import { messageOf } from '../src/message-of.ts';

/**
 * The one place where an error becomes Temporal's: our code is the failure's type, and what is not retryable ends the
 * workflow as a dead letter. An error that nobody foresaw is final too: it shows at once and can be replayed. Temporal's
 * own failures stay what they are: a worker that stops cancels its activities, and those are run again elsewhere.
 */
export function toFailure(error: unknown): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  if (!(error instanceof WebhookError)) {
    const message = messageOf(error);
    return toFailure(new InternalError(message, { cause: error }));
  }
  const delay = error instanceof EnrichUnavailableError ? error.retryAfterMs : undefined;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    ...causedBy(error.cause),
    ...(delay === undefined ? {} : { nextRetryDelay: delay }),
  });
}

function causedBy(cause: unknown): { cause?: Error } {
  return cause instanceof Error ? { cause } : {};
}
