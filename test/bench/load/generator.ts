import { performance } from 'node:perf_hooks';
import process from 'node:process';
import github from '../../../src/providers/github/index.ts';
import { openConnections, requestOf, sendOver } from '../../support/load/send-over.ts';
import { deliveries } from '../deliveries.ts';
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

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
const url = new URL(order.url);
const settings = { enabled: true, webhook_secret: [order.secret] as const };
const requests = deliveries(order.count, order.offset).map(({ id, event, body }) => {
  const headers = github.sign({ body, deliveryId: id, eventType: event } as never, settings);
  return requestOf(url, { headers, body });
});
const connections = await openConnections(url, order.connections);
process.once('message', () => void run());
process.send?.({ kind: 'prepared' });

async function run(): Promise<void> {
  const startedAt = Date.now();
  const began = performance.now();
  const answers = await sendOver(connections, requests);
  const milliseconds = performance.now() - began;
  const times = answers.flatMap((answer) => (isAccepted(answer?.status) ? [answer?.ms ?? NaN] : []));
  const refused = requests.length - times.length;
  const result: LoadResult = summarize(times, { startedAt, milliseconds, refused });
  process.send?.({ kind: 'result', result });
  process.disconnect();
}

function isAccepted(status = 0): boolean {
  return status >= 200 && status < 300;
}
