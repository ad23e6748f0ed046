import { createServer, type Http2Session } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface GrpcServer extends AsyncDisposable {
  readonly address: string;
  /** Names of the methods that were called, in their order. */
  readonly calls: readonly string[];
}

/** Of these methods the status; any other answers with an empty message. */
export type GrpcStatuses = Readonly<Record<string, number>>;

/** A server that speaks gRPC and knows no rule but statuses: what a Temporal says whose key lacks a right. */
export async function startGrpcServer(statuses: GrpcStatuses, port = 0): Promise<GrpcServer> {
  const calls: string[] = [];
  const sessions = new Set<Http2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const method = (headers[':path'] ?? '').split('/').at(-1) ?? '';
    calls.push(method);
    const status = String(statuses[method] ?? 0);
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': status, 'grpc-message': `${method} says ${status}` });
    });
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(status === '0' ? emptyMessage : undefined);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Not compressed, of length 0. */
const emptyMessage = Buffer.alloc(5);
