import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClickUpWebhookEvent } from '../../src/index.ts';
import clickup from '../../src/providers/clickup/index.ts';
import { fixture, fixtures, settings, verified } from './clickup-support.ts';

function identify(payload: unknown, receivedAt?: string) {
  const identity = clickup.identify(verified(payload, receivedAt), settings);
  assert.ok(identity.kind === 'delivery');
  return identity;
}

/** As the ingress decides it: the same id, or one under which it was accepted before. */
function isDuplicate(later: ReturnType<typeof identify>, earlier: ReturnType<typeof identify>): boolean {
  return later.id === earlier.id || (later.earlierIds ?? []).includes(earlier.id);
}

const thin = { event: 'taskCreated', task_id: 'abc123', webhook_id: 'wh_1' };
const changed = fixture('taskStatusUpdated').payload as { history_items: { id: string }[] };

test('clickup › a retry of an event with history is a duplicate, whenever it comes', () => {
  const first = identify(changed, '2026-03-02T10:05:00.000Z');
  assert.equal(identify(changed, '2026-03-03T23:00:00.000Z').id, first.id);
  assert.equal(first.earlierIds, undefined);
});

test('clickup › two changes of one task are two deliveries', () => {
  const next = { ...changed, history_items: [{ ...changed.history_items[0], id: '4102233445566778999' }] };
  assert.notEqual(identify(next).id, identify(changed).id);
});

test('clickup › the taskUpdated twin of an event is a delivery of its own', () => {
  const [first, twin] = [fixture('taskStatusUpdated'), fixture('taskUpdated.status')];
  assert.deepEqual(
    (first.payload as typeof changed).history_items,
    (twin.payload as typeof changed).history_items,
  );
  assert.notEqual(identify(first.payload).id, identify(twin.payload).id);
});

test('clickup › one change that two webhooks tell is two deliveries', () => {
  assert.notEqual(identify({ ...changed, webhook_id: 'wh_2' }).id, identify(changed).id);
});

const moments: readonly (readonly [string, string, string, boolean])[] = [
  ['at once', '10:05:00.000', '10:05:00.100', true],
  ['at the end of its ten minutes', '10:00:00.000', '10:09:59.999', true],
  ['over the edge of ten minutes', '10:09:59.999', '10:10:00.000', true],
  ['in the next ten minutes', '10:00:00.000', '10:19:59.999', true],
  ['after two edges', '10:09:59.999', '10:20:00.000', false],
  ['an hour later', '10:05:00.000', '11:05:00.000', false],
];

for (const [when, first, second, duplicate] of moments) {
  test(`clickup › an identical thin event ${when} is ${duplicate ? 'a duplicate' : 'another delivery'}`, () => {
    const earlier = identify(thin, `2026-03-02T${first}Z`);
    assert.equal(isDuplicate(identify(thin, `2026-03-02T${second}Z`), earlier), duplicate);
  });
}

test('clickup › a thin event of another task is another delivery, in the same minute', () => {
  assert.equal(isDuplicate(identify({ ...thin, task_id: 'abc124' }), identify(thin)), false);
});

test('clickup › a thin event with an empty history is told apart by time too', () => {
  assert.equal(identify({ ...thin, history_items: [] }).earlierIds?.length, 1);
});

test('clickup › ids are readable, printable and at most 191 characters, so that with the provider they fit 200', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ id: `41022334455667788${index}` }));
  const long = 'x'.repeat(100);
  const payloads = [
    ...fixtures.map(({ payload }) => payload),
    { ...changed, history_items: many },
    { event: `e${'v'.repeat(99)}`, webhook_id: long, task_id: long },
    { ...thin, history_items: [{ id: 'ümläut/😀' }] },
  ];
  for (const payload of payloads) assert.match(identify(payload).id, /^[!-.0-~]{1,191}$/);
  const first = identify(changed);
  assert.match(first.id, /:taskStatusUpdated:86c2q7x1a:4102233445566778811:[0-9a-f]{16}$/);
  assert.match(identify(thin, '2026-03-02T10:05:00.000Z').id, /^wh_1:taskCreated:abc123:2026-03-02T10:00Z:/);
});

test('clickup › the order of history items does not matter to their part of the id', () => {
  const ids = (items: string[]) => {
    const payload = { ...thin, history_items: items.map((id) => ({ id })) };
    return identify(payload).id.split(':').at(-2);
  };
  assert.equal(ids(['2', '1']), ids(['1', '2']));
});

const required: readonly (readonly [string, string])[] = clickup.events.flatMap((event) => {
  const kind = /^(?:task|list|folder|space|goal|keyResult)/.exec(event)?.[0];
  if (kind === undefined) return [];
  return [[event, kind === 'keyResult' ? 'key_result_id' : `${kind}_id`] as const];
});

test('clickup › knows 28 events, and the call of an Automation', () => {
  assert.equal(required.length, 28);
  assert.equal(clickup.events.length, 29);
});

for (const [event, field] of required) {
  test(`clickup › ${event} needs ${field}`, () => {
    const whole = { event, webhook_id: 'wh_1', [field]: '901' };
    assert.equal(identify(whole).eventType, event);
    const unusable = { code: 'PAYLOAD_INVALID', message: new RegExp(`\\b${field}\\b`) };
    const others = {
      task_id: 't',
      list_id: 'l',
      folder_id: 'f',
      space_id: 's',
      goal_id: 'g',
      key_result_id: 'k',
    };
    for (const value of [undefined, null, '', {}, '../me']) {
      assert.throws(() => identify({ ...others, ...whole, [field]: value }), unusable);
    }
  });
}

const malformed: readonly (readonly [string, unknown, RegExp])[] = [
  ['no event', { webhook_id: 'w', task_id: 't' }, /\bevent\b/],
  ['an empty event', { event: '', webhook_id: 'w', task_id: 't' }, /\bevent\b/],
  ['an event of another kind', { event: 7, webhook_id: 'w', task_id: 't' }, /\bevent\b/],
  ['no webhook_id', { event: 'taskCreated', task_id: 't' }, /\bwebhook_id\b/],
  ['an empty webhook_id', { event: 'taskCreated', webhook_id: '', task_id: 't' }, /\bwebhook_id\b/],
  ['a history that is no list', { ...thin, history_items: {} }, /\bhistory_items\b/],
  ['a history item that is no object', { ...thin, history_items: ['x'] }, /\bhistory_items\.0\b/],
  ['a list', [thin], /top level/],
  ['a text', 'taskCreated', /top level/],
  ['null', null, /top level/],
];

for (const [name, payload, message] of malformed) {
  test(`clickup › a payload with ${name} is unusable, and the field is named`, () => {
    assert.throws(() => identify(payload), { code: 'PAYLOAD_INVALID', status: 400, message });
  });
}

test('clickup › the call of older set-ups, with event, task_id and webhook_id alone, is accepted', () => {
  assert.equal(identify(thin).eventType, 'taskCreated');
});

test('clickup › an event that is not documented is accepted, with or without a resource', () => {
  assert.equal(identify({ event: 'docUpdated', webhook_id: 'w' }).eventType, 'docUpdated');
  assert.match(identify({ event: 'viewCreated', webhook_id: 'w', list_id: 7 }).id, /^w:viewCreated:7:/);
  assert.equal(identify({ event: 'constructor', webhook_id: 'w' }).eventType, 'constructor');
});

for (const name of ['automation', 'automation.legacy']) {
  test(`clickup › ${name}: an Automation's call has a type of its own, and its date makes it one delivery`, () => {
    const payload = fixture(name).payload as object;
    const first = identify(payload);
    assert.equal(first.eventType, 'automation');
    assert.equal(identify(payload, '2026-05-02T10:05:00.000Z').id, first.id);
    assert.notEqual(identify({ ...payload, date: '2026-03-02T13:00:00.458Z' }).id, first.id);
  });
}

for (const { name, payload } of fixtures) {
  test(`clickup › ${name}, made fresh twice, is two deliveries of one event`, () => {
    const at = new Date('2026-03-02T10:05:00.000Z');
    const fresh = ['6f4d', '9b2c'].map((id) => identify(clickup.freshen?.(payload, { id, at })));
    assert.equal(fresh[0]?.eventType, identify(payload).eventType);
    assert.equal(new Set([identify(payload).id, ...fresh.map(({ id }) => id)]).size, 3);
  });
}

test('clickup › a fresh sample happened at the given time', () => {
  const at = new Date('2026-03-02T10:05:00.000Z');
  const fresh = clickup.freshen?.(changed, { id: 'x', at }) as {
    history_items: { id: string; date: string }[];
  };
  assert.equal(fresh.history_items[0]?.date, String(at.getTime()));
  assert.match(fresh.history_items[0]?.id ?? '', /^\d{15,19}$/);
});

test('clickup › ClickUpWebhookEvent is a parser and a type that loses nothing', () => {
  const event: ClickUpWebhookEvent = ClickUpWebhookEvent.parse({ ...thin, data: { interval_id: '1' } });
  assert.deepEqual(event, { ...thin, data: { interval_id: '1' } });
  assert.equal(ClickUpWebhookEvent.safeParse({ event: 'taskCreated' }).success, false);
});
