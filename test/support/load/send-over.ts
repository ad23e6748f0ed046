import { performance } from 'node:perf_hooks';
import { Connection } from './connection.ts';

/** Head and body as they go over the line. */
export type Request = readonly [head: Buffer, body: Buffer];

export interface Answered {
  readonly status: number;
  readonly ms: number;
}

export function requestOf(
  { host, pathname }: URL,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
): Request {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`POST ${pathname} HTTP/1.1`, `host: ${host}`, ...lines, `content-length: ${body.length}`];
  return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body];
}

export async function openConnections({ port }: URL, count: number): Promise<Connection[]> {
  return await Promise.all(Array.from({ length: count }, async () => await Connection.open(Number(port))));
}

/**
 * Sends as fast as the answers come, one request at a time over each connection, and closes them.
 *
 * @returns an answer for each request, with status 0 where its connection was lost; undefined where all were lost before
 */
export async function sendOver(
  connections: readonly Connection[],
  requests: readonly Request[],
): Promise<(Answered | undefined)[]> {
  const answers = new Array<Answered | undefined>(requests.length).fill(undefined);
  let next = 0;
  const keepSending = async (connection: Connection): Promise<void> => {
    for (let index = next++; index < requests.length; index = next++) {
      const sentAt = performance.now();
      const status = await connection.send(requests[index] as Request).catch(() => 0);
      answers[index] = { status, ms: performance.now() - sentAt };
      if (status === 0) return;
    }
  };
  await Promise.all(connections.map(keepSending));
  for (const connection of connections) connection.close();
  return answers;
}
