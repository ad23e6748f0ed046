import assert from 'node:assert/strict';
import { test } from 'node:test';
import discord from '../../src/providers/discord/index.ts';
import { fixture, fixtures, identify, requestOf, settings } from './discord-support.ts';

test('discord › answers each ping as its kind demands, on either address', () => {
  const reply = (name: string, path = '') =>
    discord.identify(requestOf(fixture(name).payload, path), settings);
  const pong = { kind: 'handshake', reply: { status: 200, body: { type: 1 } } };
  assert.deepEqual(reply('interaction_ping'), pong);
  assert.deepEqual(reply('interaction_ping', '/interactions'), pong);
  assert.deepEqual(reply('webhook_ping'), {
    kind: 'handshake',
    reply: { status: 204, headers: { 'content-type': 'application/json' } },
  });
});

test('discord › an interaction is answered with the configured words, to nobody but the person', () => {
  const given = discord.settings.parse({ ...discord.exampleSettings, interaction_reply: 'On it.' });
  const identity = discord.identify(requestOf(fixture('APPLICATION_COMMAND').payload), given);
  assert.ok(identity.kind === 'delivery');
  assert.deepEqual(identity.reply, {
    status: 200,
    body: { type: 4, data: { content: 'On it.', flags: 64 } },
  });
});

test('discord › a webhook event is answered with 204, a relay as anybody', () => {
  assert.equal(identify(fixture('ENTITLEMENT_CREATE').payload).reply?.status, 204);
  assert.equal(identify(fixture('MESSAGE_CREATE').payload).reply, undefined);
});

test('discord › the time of the signature is no part of the id of a webhook event', () => {
  const { payload } = fixture('ENTITLEMENT_UPDATE');
  const request = requestOf(payload);
  const later = { ...request, headers: { ...request.headers, 'x-signature-timestamp': '1' } };
  const ids = [request, later].map((one) => {
    const identity = discord.identify(one, settings);
    return identity.kind === 'delivery' ? identity.id : '';
  });
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], identify(fixture('ENTITLEMENT_CREATE').payload).id);
});

test('discord › no credential is stored', () => {
  for (const one of fixtures.filter(({ expected }) => 'mutations' in expected)) {
    const { storedBody } = identify(one.payload);
    const stored =
      storedBody === undefined ? JSON.stringify(one.payload) : Buffer.from(storedBody).toString();
    assert.doesNotMatch(stored, /token-invented|"token":/, one.name);
  }
  const modal = Buffer.from(identify(fixture('MODAL_SUBMIT').payload).storedBody ?? '').toString();
  assert.match(modal, /"custom_id":"token"/);
});

test('discord › a relay cannot post what Discord posts, nor Discord what a relay posts', () => {
  const [frame, command] = [fixture('MESSAGE_CREATE').payload, fixture('APPLICATION_COMMAND').payload];
  const swapped = [
    { ...requestOf(frame), payload: command },
    { ...requestOf(command), payload: frame },
    requestOf(frame, '/interactions'),
  ];
  for (const request of swapped) {
    assert.throws(() => discord.identify(request, settings), { code: 'PAYLOAD_INVALID', message: /relay/ });
  }
});

const event = { application_id: '1', type: 1, event: { type: 'X', timestamp: '2026-03-02T10:15:00' } };
const unusable: readonly (readonly [string, unknown, RegExp, string?])[] = [
  ['an interaction without an id', { type: 2, application_id: '1' }, /id/],
  ['an interaction without a type', { id: '1' }, /type/],
  ['an id that is none', { type: 2, application_id: '1', id: '../1' }, /id/],
  ['an event without its name', { ...event, event: { ...event.event, type: undefined } }, /event\.type/],
  ['an event without a time', { ...event, event: { type: 'X' } }, /event\.timestamp/],
  ['an event of nobody', { ...event, application_id: undefined }, /application_id/],
  ['a frame that is no dispatch', { op: 10, d: {} }, /op/],
  ['a frame without a name', { op: 0, d: {} }, /payload's t /],
  ['another address', event, /other addresses/, '/elsewhere'],
];

for (const [name, payload, message, path] of unusable) {
  test(`discord › refuses ${name}, naming it`, () => {
    const expected = { code: 'PAYLOAD_INVALID', message };
    assert.throws(() => discord.identify(requestOf(payload, path), settings), expected);
  });
}
