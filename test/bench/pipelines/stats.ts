import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { StatsReader } from '../../../src/ops/stats.ts';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import { prepareNamespace } from '../../../src/temporal/namespace.ts';
import * as attributes from '../../../src/temporal/search-attributes.ts';
import { VisibilityReader } from '../../../src/temporal/visibility-reader.ts';
import { eventually } from '../../support/eventually.ts';

/*
 * How long an uncached refresh of /stats takes, and how many requests it makes, by the number of executions: these do
 * nothing, and have the search attributes that the figures are read from.
 */
export interface StatsOrder {
  readonly address: string;
  readonly runs: readonly number[];
}

export interface StatsResult {
  readonly runs: number;
  readonly milliseconds: number;
  readonly requests: number;
  /** What the answer says of its own age. */
  readonly ageSeconds: number;
}

const { address, runs } = JSON.parse(process.argv[2] ?? '{}') as StatsOrder;
const namespace = 'flow-state';
const taskQueue = 'stats';
const concurrency = 50;
const refreshes = 3;
/** Longer than figures are kept. */
const staleMs = 2500;

process.once('disconnect', () => process.exit(1));
const connection = await connectTemporal({ address });
await prepareNamespace(connection, { namespace, retentionDays: 30 });
const workflowsPath = fileURLToPath(new URL('stats-workflow.js', import.meta.url));
const workflowBundle = await bundleWorkflowCode({ workflowsPath });
const worker = await Worker.create({
  ...{ connection, namespace, taskQueue, workflowBundle },
  maxConcurrentWorkflowTaskExecutions: 200,
});
const running = worker.run();
const client = new Client({ connection, namespace });
const results: StatsResult[] = [];
let made = 0;
for (const count of runs) {
  await runUntil(count);
  results.push(await measure(count));
}
worker.shutdown();
await running;
await connection.close();
process.send?.({ kind: 'result', result: results });
process.disconnect();

async function runUntil(count: number): Promise<void> {
  const keepStarting = async (): Promise<void> => {
    while (made < count) await start(made++);
  };
  await Promise.all(Array.from({ length: concurrency }, keepStarting));
  await eventually(async () => {
    const { count: closed } = await client.workflow.count("ExecutionStatus = 'Completed'");
    if (closed < count) throw new Error(`${closed} of ${count} have closed`);
  }, 120_000);
}

async function start(index: number): Promise<void> {
  await client.workflow.start('nothing', {
    taskQueue,
    workflowId: `github:${index}`,
    requestEagerStart: true,
    typedSearchAttributes: [
      { key: attributes.provider, value: 'github' },
      { key: attributes.eventType, value: 'push' },
      { key: attributes.deliveryId, value: String(index) },
      { key: attributes.receivedAt, value: new Date() },
    ],
  });
}

/** The middle one of some refreshes. */
async function measure(count: number): Promise<StatsResult> {
  const visibility = new VisibilityReader(client);
  const stats = new StatsReader(visibility, ['github']);
  const measured: StatsResult[] = [];
  for (let refresh = 0; refresh < refreshes; refresh += 1) {
    const before = visibility.requests;
    const began = performance.now();
    const { age_seconds: ageSeconds, providers } = await stats.read();
    const milliseconds = performance.now() - began;
    if (providers['github']?.events_processed !== count) throw new Error('/stats does not count all runs.');
    measured.push({ runs: count, milliseconds, requests: visibility.requests - before, ageSeconds });
    await new Promise((resolve) => setTimeout(resolve, staleMs));
  }
  const middle = measured.sort((a, b) => a.milliseconds - b.milliseconds)[Math.floor(refreshes / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
