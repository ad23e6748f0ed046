import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  HeadersTooLargeError,
  PortInUseError,
  RequestIncompleteError,
  RequestTimeoutError,
  type WebhookError,
} from '../errors.ts';
import { errorBody } from './respond.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How long a request may take to arrive; its head has a third of it. */
  readonly requestTimeoutMs?: number;
  /** How long a stop waits for requests that were begun. */
  readonly drainMs?: number;
}

export interface Listening {
  /** Where this machine reaches the server. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, and resolves when those that were begun are answered or `drainMs` are over. */
  readonly close: () => Promise<void>;
}

/** @throws PortInUseError */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, requestTimeoutMs = 30_000, drainMs = 10_000 } = options;
  const server = createServer(
    {
      maxHeaderSize: 32 * 1024,
      headersTimeout: Math.ceil(requestTimeoutMs / 3),
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, requestTimeoutMs),
      keepAliveTimeout: 5000,
    },
    app,
  );
  answerUnreadable(server);
  // A connection that is kept alive would keep a server that stops: it ends with its answer.
  server.on('request', ({ socket }, response) => {
    response.once('close', () => {
      if (!server.listening) socket.destroySoon();
    });
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PortInUseError(`Port ${port} is in use; stop what uses it or set webhooks.port.`, {
      cause: error,
    });
  }
  const { port: actual } = server.address() as AddressInfo;
  return { url: urlOf(host, actual), port: actual, close: async () => await close(server, drainMs) };
}

function urlOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

/** Requests that Node gives up on before or while the app reads them: too slow, cut short, no HTTP at all. */
function answerUnreadable(server: Server): void {
  const latest = new WeakMap<Socket, ServerResponse>();
  server.on('request', ({ socket }, response) => latest.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const response = latest.get(socket);
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    if (!socket.writable || isAnswering) {
      socket.destroy();
      return;
    }
    const { status, ...rest } = asAnswer(error.code);
    const body = JSON.stringify(errorBody(rest));
    const head = [
      `HTTP/1.1 ${status}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
  });
}

function asAnswer(code: string | undefined): Pick<WebhookError, 'status' | 'code' | 'message'> {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return pick(new RequestTimeoutError('The request did not arrive in time.'));
    case 'HPE_HEADER_OVERFLOW':
      return pick(new HeadersTooLargeError('The headers are too large.'));
    default:
      return pick(new RequestIncompleteError('The request ended early or is not HTTP.'));
  }
}

function pick({ status, code, message }: WebhookError): Pick<WebhookError, 'status' | 'code' | 'message'> {
  return { status, code, message };
}

async function close(server: Server, drainMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
  server.close();
  await closed;
  clearTimeout(deadline);
}
