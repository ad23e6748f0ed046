import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld, taskCreated } from './world.ts';

const key = 'clickup:task:a1';

test('applyDelivery › writes the node and says what it touched', async (t) => {
  const { store, apply } = await startWorld(t);
  const summary = await apply(taskCreated('a1'));
  assert.equal(summary.outcome, 'written');
  assert.ok(summary.entities.includes(key));
  assert.equal(summary.entityCount, summary.entities.length);
  assert.ok(summary.milliseconds >= 0);
  const view = await store.entity('Task', key);
  assert.equal(view?.deliveries.length, 1);
});

test('applyDelivery › a second run by the same workflow changes nothing and is written again', async (t) => {
  const { store, apply } = await startWorld(t);
  await apply(taskCreated('a1'));
  const before = await store.entity('Task', key);
  assert.equal((await apply(taskCreated('a1'))).outcome, 'written');
  assert.deepEqual(await store.entity('Task', key), before);
});

test('applyDelivery › what the API said reaches the graph', async (t) => {
  const { store, apply } = await startWorld(t);
  const enrichment = { task: { id: 'a1', name: 'Draft the plan' } };
  await apply(taskCreated('a1'), { enrichment });
  assert.equal((await store.entity('Task', key))?.properties['name'], 'Draft the plan');
});

test('applyDelivery › a delivery that means nothing is skipped with its reason', async (t) => {
  const { store, apply } = await startWorld(t, { normalize: () => ({ skipped: 'a test says so' }) });
  const { outcome, reason, entityCount } = await apply(taskCreated('a1'));
  assert.deepEqual([outcome, reason, entityCount], ['skipped', 'a test says so', 0]);
  assert.equal(await store.entity('Task', key), undefined);
});

test('applyDelivery › a graph that is away is retried', async (t) => {
  const { store, apply } = await startWorld(t);
  store.isDown = true;
  await assert.rejects(async () => await apply(taskCreated('a1')), {
    name: 'ApplicationFailure',
    type: 'GRAPH_UNAVAILABLE',
    nonRetryable: false,
  });
  store.isDown = false;
  assert.equal((await apply(taskCreated('a1'))).outcome, 'written');
});

test('applyDelivery › what the graph refuses is final', async (t) => {
  const { apply } = await startWorld(t, {
    normalize: () => ({
      mutations: [{ op: 'upsert-node', node: { label: 'Nonsense', key: 'n' }, properties: {} }],
    }),
  });
  await assert.rejects(async () => await apply(taskCreated('a1')), {
    type: 'GRAPH_REJECTED',
    nonRetryable: true,
    message: /Nonsense/,
  });
});

test('applyDelivery › a bug of a provider is final, and its cause is kept', async (t) => {
  const cause = new TypeError('x is not a function');
  const { apply } = await startWorld(t, {
    normalize: () => {
      throw cause;
    },
  });
  await assert.rejects(async () => await apply(taskCreated('a1')), {
    type: 'NORMALIZE_FAILED',
    nonRetryable: true,
    cause,
  });
});

const final: [string, string, Parameters<Awaited<ReturnType<typeof startWorld>>['apply']>][] = [
  ['a payload without what it must have', 'PAYLOAD_INVALID', [{ event: 'taskCreated' }]],
  ['a body that is no JSON', 'PAYLOAD_INVALID', ['{"event":']],
  ['a provider that is not enabled here', 'PROVIDER_UNKNOWN', [{}, { head: { provider: 'nobody' } }]],
  ['a reception without a time', 'NORMALIZE_FAILED', [taskCreated('a1'), { head: { receivedAt: 'once' } }]],
];
for (const [what, type, given] of final) {
  test(`applyDelivery › ${what} is final: ${type}`, async (t) => {
    const { apply } = await startWorld(t);
    await assert.rejects(async () => await apply(...given), { type, nonRetryable: true });
  });
}

test('applyDelivery › an error that nobody foresaw is final: INTERNAL', async (t) => {
  const { store, apply } = await startWorld(t);
  store.apply = async () => {
    throw new RangeError('out of memory');
  };
  await assert.rejects(async () => await apply(taskCreated('a1')), {
    type: 'INTERNAL',
    nonRetryable: true,
    message: 'out of memory',
  });
});
