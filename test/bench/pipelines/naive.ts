import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { DeliveryChange } from '../../../src/graph/store.ts';
import { changeOf, deliveriesIn, headOf, openGraph } from './graph-of-github.ts';
import { listen } from './http.ts';
import type { NaiveActivities, NaiveDelivery } from './naive-workflow.ts';
import { order, serve } from './pipeline.ts';

/*
 * A pipeline on Temporal as its samples are written: start and await, a workflow of two activities, every option of
 * worker and server at its default, one transaction of the graph for each event.
 */
const { address, folder, secret } = order;
const taskQueue = 'webhooks';
const graph = await openGraph(folder);
let latest: Promise<unknown> = Promise.resolve();

const activities: NaiveActivities = {
  normalize: async ({ id, event, payload }: NaiveDelivery) => {
    const body = Buffer.from(JSON.stringify(payload));
    return await changeOf(headOf(id, event, body), body);
  },
  write: async (change: DeliveryChange) => {
    const written = latest.then(async () => await graph.apply(change));
    latest = written.catch(() => undefined);
    await written;
  },
};

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  workflowsPath: fileURLToPath(new URL('naive-workflow.js', import.meta.url)),
  taskQueue,
  activities,
});
void worker.run();
const client = new Client({ connection: await Connection.connect({ address }) });
const { url } = await listen(secret, async (id, event, body) => {
  const payload: unknown = JSON.parse(body.toString());
  await client.workflow.start('naiveWebhook', {
    taskQueue,
    workflowId: `github-${id}`,
    args: [{ id, event, payload }],
  });
});
serve(url, { graph: async () => await deliveriesIn(graph) });
