import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { eventually } from '../support/eventually.ts';
import { startWorld, taskCreated } from './world.ts';

const task = { id: 'a1', name: 'Draft the plan', status: { status: 'open' }, date_updated: '1772442990000' };

test('enrich › returns what the API says', async (t) => {
  const { api, enrich } = await startWorld(t);
  api.answer('a1', { status: 200, body: task });
  const { task: read } = (await enrich(taskCreated('a1'))) as { task: { name: string } };
  assert.equal(read.name, 'Draft the plan');
});

test('enrich › while it waits for the API, it is told to take nothing of this machine', async (t) => {
  const { api, asking, enrich, environment } = await startWorld(t);
  api.answer('a1', 'never');
  const failed = assert.rejects(enrich(taskCreated('a1')), CancelledFailure);
  await eventually(async () => assert.equal(api.requests.length, 1));
  assert.equal(asking.length, 1);
  assert.match(asking[0] ?? '', /^clickup:/);
  environment.cancel('WORKER_SHUTDOWN');
  await failed;
});

test('enrich › a rate limit is tried again, and not before the API allows it', async (t) => {
  const { api, enrich } = await startWorld(t);
  api.answer('a1', { status: 429, headers: { 'retry-after': '7' } });
  await assert.rejects(async () => await enrich(taskCreated('a1')), {
    name: 'ApplicationFailure',
    type: 'ENRICH_UNAVAILABLE',
    nonRetryable: false,
    nextRetryDelay: 7000,
  });
});

test('enrich › an API that is down is tried again, by the retry policy', async (t) => {
  const { api, enrich } = await startWorld(t);
  api.answer('a1', { status: 502 });
  await assert.rejects(async () => await enrich(taskCreated('a1')), {
    type: 'ENRICH_UNAVAILABLE',
    nonRetryable: false,
    nextRetryDelay: undefined,
  });
});

test('enrich › a token that is refused is final', async (t) => {
  const { api, enrich } = await startWorld(t);
  api.answer('a1', { status: 401 });
  await assert.rejects(async () => await enrich(taskCreated('a1')), {
    type: 'ENRICH_REFUSED',
    nonRetryable: true,
  });
});

test('enrich › a cancellation ends the request, and is told as one: it is no dead letter', async (t) => {
  const { api, enrich, environment } = await startWorld(t);
  api.answer('a1', 'never');
  const enriching = enrich(taskCreated('a1'));
  const failed = assert.rejects(enriching, (error: unknown) => {
    return error instanceof CancelledFailure && !(error instanceof ApplicationFailure);
  });
  await eventually(async () => {
    assert.equal(api.requests.length, 1);
  });
  environment.cancel('WORKER_SHUTDOWN');
  await failed;
});

test('enrich › heartbeats while the API keeps it waiting', async (t) => {
  const { api, enrich, environment } = await startWorld(t);
  api.answer('a1', 'never');
  const enriching = enrich(taskCreated('a1'));
  const failed = assert.rejects(enriching, { name: 'CancelledFailure' });
  await once(environment, 'heartbeat', { signal: AbortSignal.timeout(10_000) });
  environment.cancel();
  await failed;
});
