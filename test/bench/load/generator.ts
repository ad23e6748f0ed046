import { performance } from 'node:perf_hooks';
import process from 'node:process';
import github from '../../../src/providers/github/index.ts';
import { deliveries } from '../deliveries.ts';
import { Connection } from './connection.ts';
import { type LoadResult, summarize } from './result.ts';

/*
 * A process of its own: makes and signs the requests beforehand, opens the connections, says that it is prepared, and
 * on the word `go` sends as fast as the answers come.
 */
export interface LoadOrder {
  readonly url: string;
  readonly secret: string;
  readonly connections: number;
  readonly count: number;
  /** Where in the endless series of deliveries this load begins. */
  readonly offset: number;
}

type Request = readonly Buffer[];

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
const { port, host, pathname } = new URL(order.url);
const requests = deliveries(order.count, order.offset).map(({ id, event, body }): Request => {
  const settings = { enabled: true, webhook_secret: [order.secret] as const };
  const headers = github.sign({ body, deliveryId: id, eventType: event } as never, settings);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  const head = [`POST ${pathname} HTTP/1.1`, `host: ${host}`, ...lines, `content-length: ${body.length}`];
  return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body];
});
const connections = await Promise.all(
  Array.from({ length: order.connections }, async () => await Connection.open(Number(port))),
);
process.once('message', () => void run());
process.send?.({ kind: 'prepared' });

async function run(): Promise<void> {
  const times: number[] = [];
  let refused = 0;
  let next = 0;
  const startedAt = Date.now();
  const began = performance.now();
  const keepSending = async (connection: Connection): Promise<void> => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const sentAt = performance.now();
      const status = await connection.send(request).catch(() => 0);
      if (status >= 200 && status < 300) times.push(performance.now() - sentAt);
      else refused += 1;
      if (status === 0) return;
    }
  };
  await Promise.all(connections.map(keepSending));
  const milliseconds = performance.now() - began;
  for (const connection of connections) connection.close();
  const result: LoadResult = summarize(times, { startedAt, milliseconds, refused });
  process.send?.({ kind: 'result', result });
  process.disconnect();
}
