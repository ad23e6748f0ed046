import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import proto from '@temporalio/proto';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { type Stats, StatsReader } from '../../src/ops/stats.ts';
import { VisibilityReader } from '../../src/temporal/visibility-reader.ts';
import { eventually } from '../support/eventually.ts';
import { providers, startWorld, type World } from './world.ts';

const { ResetType } = proto.temporal.api.enums.v1;

suite('stats, from a real Temporal', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => {
    await world.stop();
  });

  const read = async (given?: { text: string; ms: number }): Promise<Stats> =>
    await new StatsReader(new VisibilityReader(world.client), providers).read(given);

  const replay = async (id: string, fate: 'ok' | 'fail', provider = 'github') => {
    world.fates.set(id, fate);
    const answer = await world.ask(`/events/${provider}/${id}/replay?force=true`, { method: 'POST' });
    assert.equal(answer.status, 200, await answer.clone().text());
    await world.ended(provider, id);
  };

  const runsOf = async (provider: string): Promise<WorkflowExecutionInfo[]> => {
    const runs: WorkflowExecutionInfo[] = [];
    for await (const run of world.client.workflow.list({ query: `Provider = '${provider}'` })) runs.push(run);
    return runs;
  };

  /** Over all runs: processed, failed, running. */
  const bruteForce = async (provider: string): Promise<[number, number, number]> => {
    const runs = (await runsOf(provider)).sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
    const newest = new Map(
      runs
        .filter(({ status }) => status.name !== 'RUNNING')
        .map(({ workflowId, status }) => [workflowId, status.name]),
    );
    const processed = [...newest.values()].filter((name) => name === 'COMPLETED').length;
    return [
      processed,
      newest.size - processed,
      runs.filter(({ status }) => status.name === 'RUNNING').length,
    ];
  };

  /** The figures, once visibility shows what `deliver` and `replay` waited for. */
  const assertFigures = async (provider: string, expected: [number, number, number]) => {
    await eventually(async () => {
      assert.deepEqual(await bruteForce(provider), expected);
    });
    const figures = (await read()).providers[provider];
    assert.deepEqual([figures?.events_processed, figures?.events_failed, figures?.running], expected);
  };

  test('are exact after every kind of replay and end', async () => {
    for (const id of ['ok-1', 'ok-2', 'ok-3']) await world.deliver('github', id, 'ok');
    for (const id of ['fail-1', 'fail-2']) await world.deliver('github', id, 'fail');
    await assertFigures('github', [3, 2, 0]);

    await replay('fail-1', 'ok');
    await assertFigures('github', [4, 1, 0]);

    await replay('fail-2', 'fail');
    await assertFigures('github', [4, 1, 0]);
    await replay('fail-2', 'ok');
    await assertFigures('github', [5, 0, 0]);

    await replay('ok-1', 'ok');
    await assertFigures('github', [5, 0, 0]);
    await replay('ok-2', 'fail');
    await assertFigures('github', [4, 1, 0]);

    await world.deliver('github', 'terminated', 'wait');
    await world.deliver('github', 'cancelled', 'wait');
    await assertFigures('github', [4, 1, 2]);
    await world.client.workflow.getHandle('github:terminated').terminate();
    await world.client.workflow.getHandle('github:cancelled').cancel();
    await world.ended('github', 'cancelled');
    await assertFigures('github', [4, 3, 0]);
    await replay('terminated', 'ok');
    await replay('cancelled', 'ok');
    await assertFigures('github', [6, 1, 0]);

    await world.deliverToNobody('github', 'late', 200);
    await world.ended('github', 'late');
    await assertFigures('github', [6, 2, 0]);

    await world.deliver('github', 'forced', 'wait');
    await replay('forced', 'ok');
    await assertFigures('github', [7, 2, 0]);
  });

  test('are exact after a batch reset, as the UI makes it', async () => {
    for (const id of ['batch-1', 'batch-2', 'batch-3']) await world.deliver('clickup', id, 'fail');
    await assertFigures('clickup', [0, 3, 0]);
    for (const id of ['batch-1', 'batch-2', 'batch-3']) world.fates.set(id, 'ok');
    await world.client.workflowService.startBatchOperation({
      namespace: world.temporal.namespace,
      jobId: randomUUID(),
      reason: 'test',
      visibilityQuery: "Provider = 'clickup' AND ExecutionStatus = 'Failed'",
      resetOperation: { resetType: ResetType.RESET_TYPE_FIRST_WORKFLOW_TASK, identity: 'test' },
    });
    await assertFigures('clickup', [3, 0, 0]);
  });

  test('a window takes what was received in it, and last_processed is the newest completed close', async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    await world.deliver('billing', 'old', 'ok', hoursAgo(30));
    await world.deliver('billing', 'older', 'fail', hoursAgo(40));
    await world.deliver('billing', 'new', 'fail', hoursAgo(1));
    await replay('older', 'ok', 'billing');
    await assertFigures('billing', [2, 1, 0]);
    const day = (await read({ text: '24h', ms: 86_400_000 })).providers['billing'];
    assert.deepEqual(day, {
      events_processed: 0,
      events_failed: 1,
      success_rate: 0,
      last_processed: null,
      running: 0,
      conflicts: 0,
    });
    const two = (await read({ text: '2d', ms: 2 * 86_400_000 })).providers['billing'];
    const closes = (await runsOf('billing'))
      .filter(({ status }) => status.name === 'COMPLETED')
      .map(({ closeTime }) => closeTime?.toISOString() ?? '');
    assert.deepEqual([two?.events_processed, two?.events_failed, two?.success_rate], [2, 1, 0.667]);
    assert.equal(two?.last_processed, closes.sort().at(-1));
  });

  test('are computed once for all who ask at once, and given again while they are fresh', async () => {
    const visibility = new VisibilityReader(world.client);
    const stats = new StatsReader(visibility, providers);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await stats.read()));
    const requests = visibility.requests;
    assert.equal(new Set(answers.map(({ providers: figures }) => figures)).size, 1);
    const again = await stats.read();
    assert.equal(visibility.requests, requests);
    assert.equal(again.providers, answers[0]?.providers);
    assert.ok(again.age_seconds >= (answers[0]?.age_seconds ?? Infinity));
  });

  test('of too many windows at once are refused, whatever the windows are called', async () => {
    const stats = new StatsReader(new VisibilityReader(world.client), ['nobody']);
    const minutes = (n: number) => stats.read({ text: `${n}m`, ms: n * 60_000 });
    const eight = Array.from({ length: 8 }, async (_, n) => await minutes(n + 1));
    const sameAsFirst = stats.read({ text: '60s', ms: 60_000 });
    await assert.rejects(minutes(9), { code: 'STATS_BUSY', status: 503 });
    assert.equal((await sameAsFirst).window, '60s');
    await Promise.all(eight);
    await minutes(9);
  });

  test('visibility is asked no more than five times within a second', async () => {
    const visibility = new VisibilityReader(world.client);
    const began = performance.now();
    const doneAt = await Promise.all(
      Array.from({ length: 11 }, async () => {
        await visibility.count("Provider = 'github'");
        return performance.now() - began;
      }),
    );
    assert.ok((doneAt[4] ?? Infinity) < 1000, 'the first five do not wait');
    assert.ok((doneAt[5] ?? 0) >= 990, `the sixth was done after ${doneAt[5]} ms`);
    assert.ok((doneAt[10] ?? 0) >= 1990, `the eleventh was done after ${doneAt[10]} ms`);
  });
});
