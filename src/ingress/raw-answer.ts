import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  HeadersTooLargeError,
  MethodNotAllowedError,
  RequestIncompleteError,
  RequestTimeoutError,
  type WebhookError,
} from '../errors.ts';
import { errorBody } from './respond.ts';

/** Requests that Node gives up on before or while the app reads them: too slow, cut short, no HTTP at all. */
export function answerUnreadable(server: Server): void {
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => latest.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = latest.get(socket);
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    if (!socket.writable || isAnswering) socket.destroy();
    else answerRaw(socket, errorOf(error.code));
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    answerRaw(socket, new MethodNotAllowedError('This server is no proxy.'));
  });
}

/** An answer on a socket that no response belongs to; it is the last one there. */
export function answerRaw(socket: Duplex, error: WebhookError): void {
  const body = JSON.stringify(errorBody(error));
  const head = [
    `HTTP/1.1 ${error.status}`,
    'Content-Type: application/json; charset=utf-8',
    "Content-Security-Policy: default-src 'none'",
    'X-Content-Type-Options: nosniff',
    'X-Frame-Options: SAMEORIGIN',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...(error.status === 503 ? [`Retry-After: ${error.retryAfterSeconds}`] : []),
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function errorOf(code: string | undefined): WebhookError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError('The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLargeError('The headers are too large.');
    default:
      return new RequestIncompleteError('The request ended early or is not HTTP.');
  }
}
