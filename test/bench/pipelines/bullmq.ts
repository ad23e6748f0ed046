import { Queue, Worker } from 'bullmq';
import { changeOf, deliveriesIn, headOf, openGraph } from './graph-of-github.ts';
import { listen } from './http.ts';
import { order, serve } from './pipeline.ts';

/*
 * Express with BullMQ: a delivery is durable when Redis, which flushes each write, has its job. Both steps are in the
 * job; concurrent jobs share transactions of the graph, as the project's do.
 */
interface Job {
  readonly id: string;
  readonly event: string;
  readonly body: string;
}

const { address, folder, secret } = order;
const [host = '', port] = address.split(':');
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const graph = await openGraph(folder);
let processed = 0;
let lastAt = 0;

const queue = new Queue<Job>('webhooks', { connection });
const worker = new Worker<Job>(
  'webhooks',
  async ({ data: { id, event, body: text } }) => {
    const body = Buffer.from(text);
    await graph.apply(await changeOf(headOf(id, event, body), body));
  },
  { connection, concurrency: 200 },
);
worker.on('completed', () => {
  processed += 1;
  lastAt = Date.now();
});
const { url } = await listen(secret, async (id, event, body) => {
  await queue.add('delivery', { id, event, body: body.toString() }, { jobId: id });
});
serve(url, {
  progress: async () => ({ processed, lastAt }),
  graph: async () => await deliveriesIn(graph),
});
