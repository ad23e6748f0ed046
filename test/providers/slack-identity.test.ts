import assert from 'node:assert/strict';
import { test } from 'node:test';
import slack from '../../src/providers/slack/index.ts';
import { bodyOf, eventOf, fixture, fixtures, identify, requestOf, settings } from './slack-support.ts';

const challenge = fixture('url_verification').payload as { challenge: string };

test('slack › echoes a challenge as plain text', () => {
  assert.deepEqual(slack.identify(requestOf(challenge), settings), {
    kind: 'handshake',
    reply: { status: 200, headers: { 'content-type': 'text/plain' }, body: challenge.challenge },
  });
});

test('slack › a challenge without its text is refused by name', () => {
  assert.throws(() => slack.identify(requestOf({ type: 'url_verification' }), settings), {
    code: 'PAYLOAD_INVALID',
    message: /challenge/,
  });
});

test('slack › answers the check of a certificate, and a menu that asks for its options, without a delivery', () => {
  const kinds = ['ssl_check', 'block_suggestion'].map((name) =>
    slack.identify(requestOf(bodyOf(fixture(name))), settings),
  );
  assert.deepEqual(kinds, [
    { kind: 'handshake', reply: { status: 200 } },
    { kind: 'handshake', reply: { status: 200, body: { options: [] } } },
  ]);
});

test('slack › an event is known by its id, the same with every retry', () => {
  const { payload } = fixture('message');
  const retry = { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' };
  const [first, again] = [identify(payload), identify(payload, retry)];
  assert.equal(first.id, (payload as { event_id: string }).event_id);
  assert.equal(again.id, first.id);
  assert.deepEqual(first.notes, {});
  assert.deepEqual(again.notes, { retry: '2', retry_reason: 'http_timeout' });
});

test('slack › what is no number and no reason of a retry stays out of the log', () => {
  const odd = { 'x-slack-retry-num': '2; DROP', 'x-slack-retry-reason': '<script>' };
  assert.deepEqual(identify(fixture('message').payload, odd).notes, {});
});

test('slack › the subtype of a message is part of the event type, that of another event is not', () => {
  assert.equal(identify(fixture('message.message_changed').payload).eventType, 'message.message_changed');
  assert.equal(identify(fixture('emoji_changed').payload).eventType, 'emoji_changed');
});

test('slack › two minutes of a rate limit are two deliveries', () => {
  const limit = fixture('app_rate_limited').payload as { minute_rate_limited: number };
  const { id } = identify(limit);
  assert.equal(id, 'app_rate_limited:T02ACME0001:A02FLOWST01:1772446500');
  assert.notEqual(identify({ ...limit, minute_rate_limited: limit.minute_rate_limited + 60 }).id, id);
});

function withTrigger(form: string, trigger: string): string {
  return slack.freshenForm?.(form, { id: trigger, at: new Date(0) }) ?? '';
}

for (const name of ['slash_command', 'block_actions', 'view_submission']) {
  test(`slack › a ${name} is known by the digest of its trigger`, () => {
    const { form = '' } = fixture(name);
    const [one, same, other] = ['t-1', 't-1', 't-2'].map((trigger) => identify(withTrigger(form, trigger)));
    assert.equal(one?.id, same?.id);
    assert.notEqual(one?.id, other?.id);
    assert.match(one?.id ?? '', new RegExp(`^${name}:[0-9a-f]{32}$`));
  });
}

test('slack › a closed modal, which has no trigger, is known by its body', () => {
  const { form = '' } = fixture('view_closed');
  assert.equal(identify(form).id, identify(form).id);
  assert.notEqual(identify(form).id, identify(form.replace('is_cleared', 'is_cleared_')).id);
});

test('slack › every delivery is answered with an empty 200', () => {
  const named = fixtures.filter(({ expected }) => 'mutations' in expected);
  assert.ok(named.length > 90);
  for (const one of named) assert.deepEqual(identify(bodyOf(one)).reply, { status: 200 }, one.name);
});

test('slack › no credential is stored, whatever is posted', () => {
  for (const one of fixtures.filter(({ expected }) => 'mutations' in expected)) {
    const stored = decodeURIComponent(Buffer.from(identify(bodyOf(one)).storedBody ?? '').toString());
    const leaks = /-invented|response_url|trigger_id|"token":"|8088930838d88f008e0/.exec(
      stored.replace('4-invented-context', ''),
    );
    assert.equal(leaks, null, `${one.name}: ${leaks?.[0] ?? ''}`);
    assert.doesNotMatch(identify(bodyOf(one)).id, /invented|8088930838d88f008e0/);
  }
});

test('slack › what only looks like a credential is stored', () => {
  const stored = (name: string) =>
    new URLSearchParams(Buffer.from(identify(bodyOf(fixture(name))).storedBody ?? '').toString());
  const action = JSON.parse(stored('block_actions').get('payload') ?? '') as Record<string, unknown>;
  assert.deepEqual(action['state'], {
    values: {
      token: { token: { type: 'plain_text_input', value: 'kept, for it is a block that somebody named so' } },
    },
  });
  assert.equal(stored('slash_command').get('text'), 'checkout to production');
  const revoked = Buffer.from(identify(fixture('tokens_revoked').payload).storedBody ?? '').toString();
  assert.match(revoked, /"tokens":\{"oauth":\["U02ANN00001"\]/);
});

const message = { type: 'message', channel: 'C1A', ts: '1772446560.000600', text: 'x' };
const unusable: readonly (readonly [string, unknown, RegExp])[] = [
  ['no type', { challenge: 'x' }, /type/],
  ['an unknown type', { type: 'surprise' }, /type/],
  ['no event id', { ...eventOf(message), event_id: undefined }, /event_id/],
  ['an event id with a space', { ...eventOf(message), event_id: 'Ev 1' }, /event_id/],
  ['no event', { ...eventOf(message), event: undefined }, /event/],
  ['an event without a type', eventOf({ ...message, type: undefined as never }), /event\.type/],
  ['an event type of another form', eventOf({ type: 'Message Sent' }), /event\.type/],
  [
    'a rate limit without its minute',
    { type: 'app_rate_limited', team_id: 'T1A', api_app_id: 'A1A' },
    /minute/,
  ],
  ['an empty form', '', /command/],
  ['a command without a trigger', 'command=%2Fdeploy&user_id=U1A', /trigger_id/],
  ['an interaction that is no JSON', 'payload=%7B', /JSON/],
  ['an interaction without a type', 'payload=%7B%7D', /type/],
  ['an interaction that is a list', 'payload=%5B%5D', /top level/],
];

for (const [name, given, message] of unusable) {
  test(`slack › refuses ${name}, naming it`, () => {
    assert.throws(() => slack.identify(requestOf(given), settings), { code: 'PAYLOAD_INVALID', message });
  });
}
