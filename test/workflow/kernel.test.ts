import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import * as workflows from '../../workflows/index.ts';
import { packageRoot } from '../../src/package-root.ts';
import { replayEvent } from '../../src/ops/replay.ts';
import { acceptIntoTemporal } from '../../src/ingress/accept.ts';
import { bodyCodec } from '../../src/temporal/body-codec.ts';
import * as attributes from '../../src/temporal/search-attributes.ts';
import { bundlePath } from '../../src/temporal/build-bundle.ts';
import { eventually } from '../support/eventually.ts';
import { type Pipeline, startPipeline, submissionOf } from '../support/pipeline.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

/** About so many bytes of JSON that do not compress below half. */
function incompressible(bytes: number): Buffer {
  return Buffer.from(JSON.stringify({ filler: randomBytes(bytes / 2).toString('hex') }));
}

interface Summary {
  readonly outcome: string;
  readonly reason?: string;
  readonly entities: readonly string[];
}

suite('workflows › the kernel', () => {
  let temporal: TestTemporal;
  let pipeline: Pipeline;
  before(async () => {
    temporal = await startTestTemporal();
    pipeline = await startPipeline(temporal);
  });
  after(async () => {
    await pipeline.stop();
    await temporal.stop();
  });

  const handleOf = (id: string) => temporal.client.workflow.getHandle(`github:${id}`);
  const resultOf = async (id: string): Promise<Summary> => (await handleOf(id).result()) as Summary;
  const kindsOf = async (id: string) =>
    ((await handleOf(id).fetchHistory()).events ?? []).map(
      (event) =>
        Object.keys(event)
          .find((name) => name.endsWith('Attributes'))
          ?.replace('EventAttributes', '') ?? '',
    );
  const failsWith = async (id: string, code: string) => {
    await assert.rejects(
      async () => await resultOf(id),
      (error: { cause?: { type?: string } }) => error.cause?.type === code,
    );
    const { status, typedSearchAttributes: found } = await handleOf(id).describe();
    assert.equal(status.name, 'FAILED');
    assert.equal(found.get(attributes.outcome), 'failed');
  };

  test('a delivery is written by one local activity, and its attributes tell of it', async () => {
    await pipeline.submit('plain');
    assert.deepEqual((await resultOf('plain')).outcome, 'written');
    assert.deepEqual(
      (await kindsOf('plain')).filter((kind) => kind.startsWith('activity')),
      [],
    );
    const { typedSearchAttributes: found, memo } = await handleOf('plain').describe();
    assert.equal(found.get(attributes.provider), 'github');
    assert.equal(found.get(attributes.deliveryId), 'plain');
    assert.equal(found.get(attributes.outcome), 'written');
    assert.equal(found.get(attributes.replay), false);
    assert.deepEqual(found.get(attributes.entity), ['t:plain']);
    assert.equal(found.get(attributes.receivedAt)?.toISOString(), '2026-11-24T12:00:00.000Z');
    assert.equal(typeof memo?.['body_sha256'], 'string');
  });

  test('one that the provider skips completes with its reason', async () => {
    await pipeline.submit('skipped', { skip: true });
    const summary = await resultOf('skipped');
    assert.deepEqual([summary.outcome, summary.reason], ['skipped', 'the test says so']);
  });

  test('a bug in normalize is a dead letter, NORMALIZE_FAILED, without a second attempt', async () => {
    await pipeline.submit('bug', { bug: true });
    await failsWith('bug', 'NORMALIZE_FAILED');
    assert.deepEqual(
      (await kindsOf('bug')).filter((kind) => kind.startsWith('activity')),
      [],
    );
  });

  test('a rejection of the graph is a dead letter, GRAPH_REJECTED', async () => {
    pipeline.store.rejected.add('github:rejected');
    await pipeline.submit('rejected');
    await failsWith('rejected', 'GRAPH_REJECTED');
  });

  test('a graph that is away for a moment is met by a regular activity', async () => {
    pipeline.store.isDown = true;
    await pipeline.submit('patient');
    await eventually(async () => {
      assert.ok((await kindsOf('patient')).includes('activityTaskScheduled'));
    });
    pipeline.store.isDown = false;
    assert.equal((await resultOf('patient')).outcome, 'written');
  });

  test('enrichment is a regular activity, is retried, and reaches normalize', async () => {
    pipeline.enrichments.push('unavailable', 'unavailable');
    await pipeline.submit('enriched', {}, { enrich: true });
    assert.equal((await resultOf('enriched')).outcome, 'written');
    assert.equal((await pipeline.store.entity('Task', 't:enriched'))?.properties['name'], 'enriched');
  });

  test('an API that refuses is final', async () => {
    pipeline.enrichments.push('refused');
    await pipeline.submit('refused', {}, { enrich: true });
    await failsWith('refused', 'ENRICH_REFUSED');
  });

  test('a reset to the first task replays a dead letter; the new run is marked as a replay', async () => {
    pipeline.store.rejected.add('github:first-task');
    await pipeline.submit('first-task');
    await failsWith('first-task', 'GRAPH_REJECTED');
    pipeline.store.rejected.delete('github:first-task');
    await replayEvent(temporal.client, { provider: 'github', id: 'first-task' }, false);
    assert.equal((await resultOf('first-task')).outcome, 'written');
    assert.equal(
      (await handleOf('first-task').describe()).typedSearchAttributes.get(attributes.replay),
      true,
    );
  });

  test('a reset to the last task replays one that failed in its local attempt, deterministically', async () => {
    pipeline.store.rejected.add('github:last-task');
    await pipeline.submit('last-task');
    await failsWith('last-task', 'GRAPH_REJECTED');
    pipeline.store.rejected.delete('github:last-task');
    const { events } = await handleOf('last-task').fetchHistory();
    const last = events?.findLast((event) => event.workflowTaskCompletedEventAttributes);
    await temporal.connection.workflowService.resetWorkflowExecution({
      namespace: temporal.namespace,
      workflowExecution: {
        workflowId: 'github:last-task',
        runId: (await handleOf('last-task').describe()).runId,
      },
      workflowTaskFinishEventId: last?.eventId ?? null,
      requestId: randomUUID(),
      reason: 'test',
    });
    assert.equal((await resultOf('last-task')).outcome, 'written');
  });

  test('a replay of what was written writes it again, and the graph is the same', async () => {
    await replayEvent(temporal.client, { provider: 'github', id: 'plain' }, false);
    assert.equal((await resultOf('plain')).outcome, 'written');
    assert.equal((await pipeline.store.entity('Task', 't:plain'))?.deliveries.length, 1);
  });

  test('a body over 64 KiB is compressed in the history', async () => {
    const body = Buffer.from(JSON.stringify({ id: 'large', filler: 'x'.repeat(1_000_000) }));
    await pipeline.submit('large', {}, { body });
    assert.equal((await resultOf('large')).outcome, 'written');
    const { events } = await handleOf('large').fetchHistory();
    const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[1];
    assert.ok((payload?.data?.length ?? Infinity) < 10_000);
  });

  test('a body that Temporal does not take even compressed goes by reference, of which the history shows the name', async () => {
    const body = incompressible(9_900_000);
    await pipeline.submit('huge', {}, { body });
    assert.equal((await resultOf('huge')).outcome, 'written');
    const { events } = await handleOf('huge').fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    assert.ok((started?.input?.payloads?.[1]?.data?.length ?? Infinity) < 1000);
    await replayEvent(temporal.client, { provider: 'github', id: 'huge' }, false);
    assert.equal((await resultOf('huge')).outcome, 'written');
  });

  test('without a store of bodies such a one is refused before it is acknowledged', async () => {
    const { connection, namespace } = temporal;
    const client = new Client({ connection, namespace, dataConverter: { payloadCodecs: [bodyCodec] } });
    for (const bytes of [4_000_000, 9_000_000]) {
      const submission = submissionOf('github', `refused-${bytes}`, incompressible(bytes));
      await assert.rejects(acceptIntoTemporal(client)(submission), {
        code: 'DELIVERY_TOO_LARGE',
        status: 413,
      });
    }
  });

  test('the same id again is a duplicate that tells how the first one stands', async () => {
    const { status, state } = await pipeline.submit('rejected');
    assert.deepEqual([status, state], ['duplicate', 'failed']);
  });
});

suite('workflows › recorded histories', () => {
  const folder = join(packageRoot, 'test', 'histories');

  test('replay with the workflows of today (npm run record-histories makes them)', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    assert.ok(files.length >= 5);
    const histories = await Promise.all(
      files.map(async (file) => ({
        workflowId: file,
        history: historyFromJSON(JSON.parse(await readFile(join(folder, file), 'utf8'))),
      })),
    );
    const results = Worker.runReplayHistories({ workflowBundle: { codePath: bundlePath } }, histories);
    const replayed: string[] = [];
    for await (const { workflowId, error } of results) {
      assert.equal(error, undefined, `${workflowId}: ${error?.message ?? ''}`);
      replayed.push(workflowId);
    }
    assert.deepEqual(replayed.sort(), files.sort());
  });

  test('every shipped provider but the custom one has a named workflow', async () => {
    const { discoverProviders } = await import('../../src/providers/registry.ts');
    const { providers } = await discoverProviders();
    for (const name of providers.keys()) {
      if (name !== 'custom') assert.ok(Object.hasOwn(workflows, `${name}Webhook`), name);
    }
  });
});
