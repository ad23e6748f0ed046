import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { deliveries } from '../deliveries.ts';
import { summarize } from '../load/result.ts';
import { order, serve } from './pipeline.ts';

/*
 * What Temporal can do at most in this shape: a workflow of one local activity that does nothing, started eagerly, with
 * the body as its argument; no HTTP, no graph, no inbox.
 */
interface RunOrder {
  readonly kind: string;
  readonly connections: number;
  readonly count: number;
  readonly offset: number;
}

const { address, gzip = true, slots } = order;
const taskQueue = 'ceiling';
const connection = await NativeConnection.connect({
  address,
  grpcCompression: { codec: gzip ? 'gzip' : 'none' },
});
const workflowsPath = fileURLToPath(new URL('ceiling-workflow.js', import.meta.url));
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: await bundleWorkflowCode({ workflowsPath }),
  activities: { nothing: async (): Promise<void> => undefined },
  ...(slots === undefined
    ? {}
    : { maxConcurrentWorkflowTaskExecutions: slots, maxConcurrentLocalActivityExecutions: slots }),
});
void worker.run();
const client = new Client({ connection });
process.on('message', (message: RunOrder) => {
  if (message.kind === 'run') void run(message);
});
serve('', {});

async function run({ connections, count, offset }: RunOrder): Promise<void> {
  const waiting = deliveries(count, offset);
  const times: number[] = [];
  const startedAt = Date.now();
  const began = performance.now();
  const keepStarting = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const sentAt = performance.now();
      await client.workflow.start('ceiling', {
        taskQueue,
        workflowId: next.id,
        args: [new Uint8Array(next.body)],
        requestEagerStart: true,
      });
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, 50) }, keepStarting));
  const milliseconds = performance.now() - began;
  process.send?.({ kind: 'result', result: summarize(times, { startedAt, milliseconds, refused: 0 }) });
}
