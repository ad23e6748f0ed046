import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { WebhookError } from '../errors.ts';
import type { HttpReply } from '../providers/provider.ts';

/** What a caller that may try again should wait. */
const retryAfterSeconds = 5;

export function sendReply(response: Response, { status, body, headers = {} }: HttpReply): void {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else if (typeof body === 'string') response.type(headers['content-type'] ?? 'text/plain').send(body);
  else response.json(body);
}

/** The one place where an error becomes an answer: its code and its message, never a stack, a secret or a body. */
export function respondWithErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asKnown(error);
    if (known === undefined) log.error({ err: error }, 'unforeseen error while answering');
    const { status, code, message } = known ?? {
      status: 500,
      code: 'INTERNAL',
      message: 'Something went wrong on this side; it is in the log.',
    };
    if (status === 503) response.set('retry-after', String(retryAfterSeconds));
    if (status === 413 || status === 400 || status === 408) response.set('connection', 'close');
    response.status(status).json({ error: { code, message } });
  };
}

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function asKnown(error: unknown): Answer | undefined {
  if (error instanceof WebhookError) return error;
  // Express says so of an address that is not sound percent-encoding.
  if (error instanceof URIError)
    return { status: 400, code: 'ADDRESS_INVALID', message: 'The address cannot be decoded.' };
  return asParserError(error);
}

/** What Express' own parser says of the body of an ops request. */
function asParserError(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('type' in error)) return undefined;
  const { statusCode, type } = error;
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined;
  return {
    status: statusCode,
    code: 'BODY_UNREADABLE',
    message: `The body cannot be read: ${String(type)}.`,
  };
}
