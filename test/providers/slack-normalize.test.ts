import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateMutations } from '../../src/graph/validate.ts';
import slack from '../../src/providers/slack/index.ts';
import { bodyOf, eventOf, fixture, fixtures, identify, normalized, sentences } from './slack-support.ts';

for (const one of fixtures.filter(({ expected }) => 'mutations' in expected)) {
  test(`slack › ${one.name} gives exactly its mutations, from what is stored of it`, () => {
    assert.equal(one.file, `${one.name}.json`);
    const { deliveryId, ...expected } = one.expected as { deliveryId: string; mutations: [] };
    assert.equal(identify(bodyOf(one)).id, deliveryId);
    assert.deepEqual(normalized(bodyOf(one)), expected);
    validateMutations(slack.model, normalized(bodyOf(one)).mutations);
  });
}

test('slack › has a fixture of the plain name for each documented event', () => {
  const names = new Set(fixtures.map(({ name }) => name));
  assert.deepEqual(
    slack.events.filter((event) => !names.has(event)),
    [],
  );
});

const ts = '1772446560.000600';
const message = { type: 'message', channel: 'C02GENERAL1', user: 'U02ANN00001', text: 'x', ts, event_ts: ts };

test('slack › a timestamp keeps every digit, as a key and as a time', () => {
  const { eventTime, mutations } = normalized(eventOf(message));
  assert.equal(eventTime, '2026-03-02T10:16:00.000600Z');
  assert.ok(sentences(mutations)[0]?.startsWith(`message:C02GENERAL1:${ts} {"text":"x"`));
});

test('slack › an event without a time of its own has that of its envelope, and without both none', () => {
  const event = { type: 'team_rename', name: 'Acme' };
  assert.equal(normalized(eventOf(event)).eventTime, '2026-03-02T13:00:00.000000Z');
  assert.equal(normalized(eventOf(event, { event_time: undefined })).eventTime, undefined);
});

test('slack › the message that begins a thread is no reply to itself', () => {
  const said = sentences(normalized(eventOf({ ...message, thread_ts: ts })).mutations);
  assert.ok(said.every((one) => !one.includes('REPLY_TO')));
});

test('slack › app_mention says what the message event of the same message says', () => {
  const said = sentences(normalized(eventOf(message)).mutations);
  assert.deepEqual(sentences(normalized(eventOf({ ...message, type: 'app_mention' })).mutations), said);
});

test('slack › a message of a subtype that is not documented is a message', () => {
  const { mutations } = normalized(eventOf({ ...message, subtype: 'reminder_add' }));
  assert.ok(sentences(mutations).includes(`user:U02ANN00001 POSTED message:C02GENERAL1:${ts}`));
});

test('slack › a changed notice, such as a reaction to "has joined", joins nobody again', () => {
  const join = { ...message, subtype: 'channel_join' };
  const event = { type: 'message', subtype: 'message_changed', channel: message.channel, message: join };
  const said = sentences(normalized(eventOf({ ...event, ts, event_ts: ts })).mutations);
  assert.ok(said.every((one) => !one.includes('MEMBER_OF') && !one.startsWith('message:')));
});

test('slack › a changed message says nothing of where its author belongs today', () => {
  const { mutations } = normalized(fixture('message.message_changed').payload);
  assert.ok(sentences(mutations).every((one) => !one.includes('MEMBER_OF')));
});

test('slack › a deleted file of an edited message is gone from it', () => {
  const files = [
    { id: 'F02REPORT01', mode: 'tombstone' },
    { id: 'F02REPORT02', mode: 'hosted' },
  ];
  const event = { type: 'message', subtype: 'message_changed', channel: message.channel };
  const given = eventOf({ ...event, message: { ...message, files }, event_ts: ts });
  const said = sentences(normalized(given).mutations);
  assert.ok(said.includes(`message:C02GENERAL1:${ts} HAS_FILE only file:F02REPORT02`));
  assert.ok(said.every((one) => !one.includes('F02REPORT01')));
});

test('slack › to take away a pin or a reaction proves of no message that it exists', () => {
  for (const name of ['pin_removed', 'reaction_removed']) {
    const { mutations } = normalized(fixture(name).payload);
    assert.ok(mutations.every((one) => one.op !== 'upsert-node' || one.node.label !== 'Message'));
  }
});

test('slack › an app of a whole enterprise is installed there and nowhere else', () => {
  const said = sentences(normalized(fixture('user_change.enterprise').payload).mutations);
  assert.deepEqual(
    said.filter((one) => one.includes('INSTALLED_IN')),
    ['application:A02FLOWST01 INSTALLED_IN enterprise:E02ACMEORG1'],
  );
});

test('slack › an undocumented event tells where it happened and who was there', () => {
  assert.deepEqual(sentences(normalized(fixture('undocumented').payload).mutations).slice(0, 2), [
    'user:U02BEN00001 {"provider":"slack"}',
    'channel:C02GENERAL1 IN_WORKSPACE workspace:T02ACME0001',
  ]);
});

const broken: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['message', { channel: undefined }, /event\.channel/],
  ['message', { ts: '1772446560.0006' }, /event\.ts/],
  ['message', { ts: 1772446560.0006 }, /event\.ts/],
  ['message.message_changed', { message: {} }, /event\.message\.ts/],
  ['message.message_deleted', { deleted_ts: undefined }, /event\.deleted_ts/],
  ['message.channel_topic', { topic: undefined }, /event\.topic/],
  ['reaction_added', { item: { type: 'message', channel: 'C1A' } }, /event\.item\.ts/],
  ['reaction_removed', { user: 'not an id' }, /event\.user/],
  ['channel_rename', { channel: 'C02GENERAL1' }, /event\.channel/],
  ['member_joined_channel', { user: undefined }, /event\.user/],
  ['team_join', { user: { name: 'ann' } }, /event\.user\.id/],
  ['file_deleted', { file_id: undefined }, /event\.file_id/],
  ['pin_added', { channel_id: undefined }, /event\.channel_id/],
  ['team_rename', { name: '' }, /event\.name/],
  ['tokens_revoked', { tokens: undefined }, /event\.tokens/],
];

for (const [name, change, message] of broken) {
  test(`slack › ${name} with ${JSON.stringify(change)} is refused, naming the field`, () => {
    const payload = fixture(name).payload as { event: object };
    const given = { ...payload, event: { ...payload.event, ...change } };
    assert.throws(() => normalized(given), { code: 'PAYLOAD_INVALID', message });
  });
}
