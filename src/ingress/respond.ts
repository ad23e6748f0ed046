import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import {
  ContentUnsupportedError,
  InternalError,
  ParameterInvalidError,
  PayloadTooLargeError,
  WebhookError,
} from '../errors.ts';
import type { HttpReply } from '../providers/provider.ts';

export function sendReply(response: Response, { status, body, headers = {} }: HttpReply): void {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else if (typeof body === 'string') response.type(headers['content-type'] ?? 'text/plain').send(body);
  else response.json(body);
}

/** The one place where an error becomes an answer: its code and its message, never a stack, a secret or a body. */
export function respondWithErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asKnown(error);
    if (known === undefined) log.error({ err: error }, 'unforeseen error while answering');
    const { status, code, message } =
      known ?? new InternalError('Something went wrong on this side; it is in the log.');
    if (known?.status === 503) response.set('retry-after', String(known.retryAfterSeconds));
    if (status === 413 || !request.complete) response.set('connection', 'close');
    response.status(status).json(errorBody({ code, message }));
  };
}

export function errorBody({ code, message }: Pick<WebhookError, 'code' | 'message'>): object {
  return { error: { code, message } };
}

function asKnown(error: unknown): WebhookError | undefined {
  if (error instanceof WebhookError) return error;
  // Express's word for an address that is no sound percent-encoding.
  if (error instanceof URIError) return new ParameterInvalidError('The address cannot be decoded.');
  return asParserError(error);
}

/** What Express's own parser says of the body of an ops request. */
function asParserError(error: unknown): WebhookError | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('type' in error)) return undefined;
  const { statusCode, type } = error;
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined;
  const message = `The body cannot be read: ${String(type)}.`;
  if (statusCode === 413) return new PayloadTooLargeError(message);
  return statusCode === 415 ? new ContentUnsupportedError(message) : new ParameterInvalidError(message);
}
