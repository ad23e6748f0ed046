import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PortInUseError, RequestIncompleteError, ServerBusyError } from '../errors.ts';
import { ConnectionsFirst } from './connections-first.ts';
import { answerRaw, answerUnreadable } from './raw-answer.ts';
import { drain } from './read-body.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How long a request may take to arrive; its head has a third of it. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may do nothing at all, such as not read its answer. */
  readonly idleTimeoutMs?: number;
  /** Of more connections than this at once each post is answered with 503; twice as many are hung up on. */
  readonly maxConnections?: number;
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
  const { host, port, drainMs = 10_000 } = options;
  const server = createBoundedServer(app, options);
  // A connection that is kept alive would keep a server that stops: it ends with its answer.
  server.on('request', ({ socket }, response) => {
    response.once('close', () => {
      if (!server.listening) socket.destroySoon();
    });
  });
  // What the system keeps connected until Node accepts it: beyond that, senders try again after one second, two, four.
  server.listen({ port, host, backlog: server.maxConnections });
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

/** A connection may send so many requests before the first is answered; senders send one. */
const mostUnanswered = 32;

/**
 * Whoever connects gets a bounded share: of time, of connections, of requests, of headers. Bodies are bounded where they
 * are read.
 */
function createBoundedServer(app: RequestListener, options: ListenOptions): Server {
  const { requestTimeoutMs = 30_000, idleTimeoutMs = 60_000, maxConnections = 2000 } = options;
  let connections = 0;
  const unansweredOf = new WeakMap<Socket, number>();
  const connectionsFirst = new ConnectionsFirst();
  const serve: RequestListener = (request, response) => {
    const { headers, httpVersion, method, socket } = request;
    if (socket.writableEnded) return; // it was answered for the last time
    const unanswered = (unansweredOf.get(socket) ?? 0) + 1;
    unansweredOf.set(socket, unanswered);
    response.once('finish', () => unansweredOf.set(socket, (unansweredOf.get(socket) ?? 1) - 1));
    if (unanswered > mostUnanswered) answerRaw(socket, unread());
    // What asks how the server is gets its answer.
    else if (connections > maxConnections && method === 'POST')
      void drain(request).then(() => answerRaw(socket, busy()));
    else if (headers.host === undefined && httpVersion !== '1.0') answerRaw(socket, hostless());
    else if (method === 'POST') connectionsFirst.serve(() => app(request, response));
    else app(request, response);
  };
  const server = createServer(
    {
      maxHeaderSize: 32 * 1024,
      headersTimeout: Math.ceil(requestTimeoutMs / 3),
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, requestTimeoutMs),
      keepAliveTimeout: 5000,
      requireHostHeader: false, // Node's own answer has no body
    },
    serve,
  );
  server.on('checkExpectation', serve);
  // A sender that says with its last byte that no more comes waits for its answer all the same. Node hangs up unless told.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.timeout = idleTimeoutMs;
  server.maxConnections = maxConnections * 2;
  server.on('connection', (socket) => {
    connections += 1;
    connectionsFirst.accepted();
    socket.once('close', () => (connections -= 1));
  });
  answerUnreadable(server);
  return server;
}

function hostless(): RequestIncompleteError {
  return new RequestIncompleteError('The header Host is missing.');
}

function unread(): ServerBusyError {
  return new ServerBusyError('Too many requests at once on one connection; wait for the answers.');
}

function busy(): ServerBusyError {
  return new ServerBusyError('Too many connections at once; send it again later.');
}

function urlOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

async function close(server: Server, drainMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
  server.close();
  await closed;
  clearTimeout(deadline);
}
