import process from 'node:process';
import github from '../../../src/providers/github/index.ts';
import { issueDeliveries } from '../test-deliveries.ts';
import { openConnections, requestOf, sendOver } from './send-over.ts';

/*
 * A process of its own, so that what is measured is not the measuring: makes and signs deliveries, connects, and sends them
 * all.
 */
export interface SendersOrder {
  readonly url: string;
  readonly secret: string;
  /** Of `issueDeliveries`. */
  readonly name: string;
  readonly count: number;
  readonly senders: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as SendersOrder;
const settings = github.settings.parse({ webhook_secret: order.secret });
const url = new URL(`${order.url}/webhooks/github`);
const requests = (await issueDeliveries(order.name, order.count)).map(({ id, eventType, body }) => {
  const headers = github.sign({ body, deliveryId: id, eventType, sentAt: new Date() }, settings);
  return requestOf(url, { headers, body });
});
process.send?.(await sendOver(await openConnections(url, order.senders), requests));
process.disconnect();
