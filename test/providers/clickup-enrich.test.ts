import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import clickup from '../../src/providers/clickup/index.ts';
import { type ClickUpApi, startClickUpApi } from '../support/clickup-api.ts';
import { deliveryOf, normalized } from './clickup-support.ts';

const token = 'pk_38211001_NEVERTELLTHISTOKEN';
const { enrich } = clickup;
assert.ok(enrich);

let api: ClickUpApi;
before(async () => {
  api = await startClickUpApi();
});
after(async () => {
  await api[Symbol.asyncDispose]();
});

function settingsFor(more: Record<string, unknown> = {}) {
  return clickup.settings.parse({ webhook_secret: 's', api_token: token, api_url: api.url, ...more });
}

function fetchTask(taskId: string, more: { settings?: Record<string, unknown>; signal?: AbortSignal } = {}) {
  const delivery = deliveryOf({ event: 'taskCreated', webhook_id: 'w', task_id: taskId });
  const signal = more.signal ?? new AbortController().signal;
  assert.ok(enrich);
  return enrich.fetch(delivery, settingsFor(more.settings), signal);
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** The error of a fetch, which never tells the token, wherever one looks. */
async function failureOf(...given: Parameters<typeof fetchTask>): Promise<Failure> {
  const error: unknown = await fetchTask(...given).then(
    () => assert.fail('the fetch succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes('NEVERTELL'));
  return error as Failure;
}

const apiTask = {
  id: 'ok1',
  custom_item_id: 0,
  name: 'Draft the launch plan',
  text_content: 'Goals.',
  markdown_description: 'not kept',
  status: { id: 'p1', status: 'in progress', color: '#5f55ee', orderindex: 1, type: 'custom' },
  date_created: '1772442930000',
  date_updated: '1772442990000',
  creator: {
    id: 38211001,
    username: 'Ada Byron',
    color: '#7b68ee',
    email: 'ada@example.com',
    profilePicture: null,
  },
  assignees: [],
  checklists: [{ id: 'c1' }],
  priority: null,
  parent: null,
  list: { id: '901', name: 'Launch', access: true },
  space: { id: '77' },
};

test('clickup › fetches the task with the token, and returns only what normalize reads', async () => {
  api.answer('ok1', { status: 200, body: apiTask });
  const enrichment = await fetchTask('ok1');
  const sent = api.requests.at(-1);
  assert.equal(sent?.method, 'GET');
  assert.equal(sent?.url, '/api/v2/task/ok1?include_subtasks=false');
  assert.equal(sent?.headers.authorization, token);
  assert.ok('task' in enrichment);
  assert.equal(enrichment.task.name, 'Draft the launch plan');
  assert.deepEqual(enrichment.task.creator?.id, '38211001');
  const kept = JSON.stringify(enrichment);
  for (const dropped of ['markdown_description', 'checklists', 'orderindex', 'NEVERTELL']) {
    assert.ok(!kept.includes(dropped), dropped);
  }
});

test('clickup › what the API says is stamped with the time of the task, not of the event', async () => {
  api.answer('ok1', { status: 200, body: apiTask });
  const enrichment = await fetchTask('ok1');
  const payload = { event: 'taskCreated', webhook_id: 'w', task_id: 'ok1' };
  const receivedAt = '2026-03-02T12:00:00.000Z';
  const { eventTime, mutations } = await normalized({ payload, receivedAt, enrichment });
  assert.equal(eventTime, undefined);
  const name = mutations.find((one) => one.op === 'upsert-node' && 'name' in one.properties);
  assert.equal(name?.at, '2026-03-02T09:16:30.000000Z');
  assert.ok(mutations.every(({ at }) => at !== undefined));
});

test('clickup › a task that is gone: 404 is an answer, and the graph hears that it was deleted', async () => {
  const enrichment = await fetchTask('nowhere');
  assert.deepEqual(enrichment, { deleted: true });
  const payload = { event: 'taskUpdated', webhook_id: 'w', task_id: 'nowhere' };
  const { mutations } = await normalized({ payload, receivedAt: '2026-03-02T12:00:00.000Z', enrichment });
  const node = { label: 'Task', key: 'clickup:task:nowhere' };
  assert.deepEqual(mutations, [{ op: 'delete-node', node, at: '2026-03-02T12:00:00.000000Z' }]);
});

const date = 'Mon, 02 Mar 2026 10:00:00 GMT';
const reset = (seconds: number) => String(Date.parse(date) / 1000 + seconds);
const refusals: readonly (readonly [number, Record<string, string>, string, number?])[] = [
  [401, {}, 'ENRICH_REFUSED'],
  [403, {}, 'ENRICH_REFUSED'],
  [400, {}, 'ENRICH_REFUSED'],
  [302, { location: 'http://127.0.0.1:1/' }, 'ENRICH_REFUSED'],
  [429, { date, 'x-ratelimit-reset': reset(30) }, 'ENRICH_UNAVAILABLE', 30_000],
  [429, { date, 'x-ratelimit-reset': reset(-5) }, 'ENRICH_UNAVAILABLE', 1000],
  [429, { date, 'x-ratelimit-reset': reset(86_400) }, 'ENRICH_UNAVAILABLE', 900_000],
  [429, { date, 'x-ratelimit-reset': reset(30), 'retry-after': '7' }, 'ENRICH_UNAVAILABLE', 7000],
  [429, { date, 'x-ratelimit-reset': 'soon' }, 'ENRICH_UNAVAILABLE'],
  [429, {}, 'ENRICH_UNAVAILABLE'],
  [500, {}, 'ENRICH_UNAVAILABLE'],
  [503, { 'retry-after': '2' }, 'ENRICH_UNAVAILABLE', 2000],
];

for (const [status, headers, code, retryAfterMs] of refusals) {
  const wait = retryAfterMs === undefined ? '' : `, to be asked again in ${retryAfterMs} ms`;
  test(`clickup › ${status} ${JSON.stringify(headers)} is ${code}${wait}`, async () => {
    api.answer('refused', { status, headers, body: { err: `Token ${token} invalid`, ECODE: 'OAUTH_025' } });
    const failure = await failureOf('refused');
    assert.equal(failure.code, code);
    assert.equal(failure.retryAfterMs, retryAfterMs);
    assert.match(failure.message, new RegExp(String(status)));
  });
}

const answers: readonly (readonly [string, unknown, string])[] = [
  ['a page of a proxy', '<html>Bad gateway</html>', 'ENRICH_UNAVAILABLE'],
  ['an answer that was cut', '{"id":"odd"', 'ENRICH_UNAVAILABLE'],
  ['an empty answer', '', 'ENRICH_UNAVAILABLE'],
  ['JSON that is no task', { teams: [] }, 'ENRICH_REFUSED'],
  ['another task', { ...apiTask, id: 'other' }, 'ENRICH_REFUSED'],
];

for (const [name, body, code] of answers) {
  test(`clickup › ${name} with status 200 is ${code}`, async () => {
    api.answer('odd', { status: 200, body });
    assert.equal((await failureOf('odd')).code, code);
  });
}

test('clickup › no answer in time is unavailable, to be asked again', async () => {
  api.answer('slow', 'never');
  const failure = await failureOf('slow', { settings: { api_timeout_seconds: 0.05 } });
  assert.equal(failure.code, 'ENRICH_UNAVAILABLE');
  assert.match(failure.message, /TimeoutError/);
});

test('clickup › nobody listening is unavailable, to be asked again', async () => {
  const closed = await startClickUpApi();
  await closed[Symbol.asyncDispose]();
  const failure = await failureOf('ok1', { settings: { api_url: closed.url } });
  assert.equal(failure.code, 'ENRICH_UNAVAILABLE');
  assert.match(failure.message, /ECONNREFUSED/);
});

test('clickup › a cancelled activity ends with its own reason', async () => {
  api.answer('slow', 'never');
  const controller = new AbortController();
  const fetching = fetchTask('slow', { signal: controller.signal });
  const reason = new Error('the worker stops');
  controller.abort(reason);
  await assert.rejects(fetching, reason);
});
