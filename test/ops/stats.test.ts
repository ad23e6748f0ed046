import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, suite, test } from 'node:test';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { replayEvent } from '../../src/ops/replay.ts';
import { StatsReader } from '../../src/ops/stats.ts';
import { dataConverter } from '../../src/temporal/data-converter.ts';
import * as attributes from '../../src/temporal/search-attributes.ts';
import { list } from '../../src/temporal/visibility.ts';
import { eventually } from '../support/eventually.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

const { ResetType } = proto.temporal.api.enums.v1;

suite('ops › stats, against a real server', () => {
  let temporal: TestTemporal;
  let worker: Worker;
  let running: Promise<void>;
  let verdict: 'complete' | 'fail' | 'wait' = 'complete';
  before(async () => {
    temporal = await startTestTemporal();
    worker = await Worker.create({
      connection: temporal.connection,
      namespace: temporal.namespace,
      taskQueue: 'test',
      workflowsPath: fileURLToPath(new URL('../workflows/controlled.js', import.meta.url)),
      activities: { verdictOf: async () => verdict },
      dataConverter,
    });
    running = worker.run();
  });
  after(async () => {
    worker.shutdown();
    await running;
    await temporal.stop();
  });

  const start = async (id: string, as: typeof verdict, receivedAt = new Date()) => {
    verdict = as;
    const handle = await temporal.client.workflow.start('testWebhook', {
      workflowId: `test:${id}`,
      taskQueue: 'test',
      typedSearchAttributes: [
        { key: attributes.provider, value: 'test' },
        { key: attributes.deliveryId, value: id },
        { key: attributes.receivedAt, value: receivedAt },
      ],
    });
    if (as !== 'wait') await handle.result().catch(() => undefined);
    return handle;
  };
  const replay = async (id: string, as: typeof verdict) => {
    verdict = as;
    const { workflow_id: workflowId, run_id: runId } = await replayEvent(
      temporal.client,
      { provider: 'test', id },
      false,
    );
    await temporal.client.workflow.result(workflowId, runId, { followRuns: false }).catch(() => undefined);
  };

  /** The oracle: every run that the server has, folded by hand. */
  const bruteForce = async () => {
    const runs = await list(temporal.client, "Provider = 'test'");
    const newest = new Map<string, { startTime: Date; status: string }>();
    for (const { workflowId, startTime, status } of runs) {
      if (status.name === 'RUNNING') continue;
      const known = newest.get(workflowId);
      if (known === undefined || known.startTime < startTime)
        newest.set(workflowId, { startTime, status: status.name });
    }
    const processed = [...newest.values()].filter(({ status }) => status === 'COMPLETED').length;
    return [processed, newest.size - processed];
  };
  const figures = async (window?: { text: string; ms: number }) => {
    const stats = await new StatsReader(temporal.client, ['test']).read(window);
    const { events_processed: processed, events_failed: failed } = stats.providers['test'] ?? {};
    return [processed, failed];
  };
  const agree = async (expected: [number, number]) => {
    await eventually(async () => {
      assert.deepEqual(await bruteForce(), expected);
      assert.deepEqual(await figures(), expected);
    }, 10_000);
  };

  test('a failure that is replayed with success moves to processed', async () => {
    await start('a', 'fail');
    await agree([0, 1]);
    await replay('a', 'complete');
    await agree([1, 0]);
  });

  test('one that fails again stays failed, until it succeeds', async () => {
    await start('b', 'fail');
    await replay('b', 'fail');
    await agree([1, 1]);
    await replay('b', 'complete');
    await agree([2, 0]);
  });

  test('a success that is replayed counts once, and a failing replay moves it to failed', async () => {
    await start('c', 'complete');
    await replay('c', 'complete');
    await agree([3, 0]);
    await replay('c', 'fail');
    await agree([2, 1]);
  });

  test('terminated and cancelled runs are failed, and can be replayed too', async () => {
    const terminated = await start('d', 'wait');
    await eventually(async () => {
      assert.ok(((await terminated.fetchHistory()).events?.length ?? 0) > 4);
    });
    await terminated.terminate('by the test');
    const cancelled = await start('e', 'wait');
    await cancelled.cancel();
    await cancelled.result().catch(() => undefined);
    await agree([2, 3]);
    await replay('d', 'complete');
    await agree([3, 2]);
  });

  test('a batch reset, as the Temporal UI makes it, is followed exactly', async () => {
    await start('f', 'fail');
    await start('g', 'fail');
    verdict = 'complete';
    await temporal.connection.workflowService.startBatchOperation({
      namespace: temporal.namespace,
      jobId: 'batch',
      reason: 'by the test',
      visibilityQuery: "ExecutionStatus = 'Failed' AND WorkflowId IN ('test:f', 'test:g')",
      resetOperation: {
        identity: 'test',
        options: { firstWorkflowTask: {} },
        resetType: ResetType.RESET_TYPE_FIRST_WORKFLOW_TASK,
      },
    });
    await agree([5, 2]);
  });

  test('a window counts by when deliveries were received', async () => {
    await start('old', 'complete', new Date(Date.now() - 3 * 3_600_000));
    await agree([6, 2]);
    await eventually(async () => {
      assert.deepEqual(await figures({ text: '1h', ms: 3_600_000 }), [5, 2]);
    });
  });

  test('concurrent askers share one reading, and a young one is given again', async () => {
    const reader = new StatsReader(temporal.client, ['test']);
    await Promise.all(Array.from({ length: 20 }, async () => await reader.read()));
    const { requests } = reader;
    assert.ok(requests <= 8, `${requests} requests`);
    await reader.read();
    assert.equal(reader.requests, requests);
  });

  test('a delivery that runs is refused a replay, and an unknown one is unknown', async () => {
    const handle = await start('busy', 'wait');
    await assert.rejects(
      async () => await replayEvent(temporal.client, { provider: 'test', id: 'busy' }, false),
      { code: 'REPLAY_REFUSED' },
    );
    await assert.rejects(
      async () => await replayEvent(temporal.client, { provider: 'test', id: 'nobody' }, false),
      { code: 'EVENT_UNKNOWN' },
    );
    await handle.terminate();
  });
});
