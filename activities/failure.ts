import { ApplicationFailure } from '@temporalio/activity';
import { EnrichUnavailableError, WebhookError } from '../src/errors.ts';

/**
 * The one place where an error becomes Temporal's: our code is the failure's type, and what is not retryable ends the
 * workflow as a dead letter. An error that nobody foresaw is final too: it shows at once and can be replayed.
 */
export function toFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (!(error instanceof WebhookError)) {
    const message = error instanceof Error ? error.message : String(error);
    return ApplicationFailure.create({ type: 'INTERNAL', message, nonRetryable: true, ...causedBy(error) });
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
