import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactAddress, redactBody, redactHeaders } from '../../src/ingress/redact.ts';

const form = 'application/x-www-form-urlencoded';
const hook = 'https://hooks.slack.com/commands/T1/12/hush';
const interactive = JSON.stringify({ type: 'block_actions', token: 'hush', response_url: hook });

const bodies: readonly (readonly [title: string, body: string, type?: string])[] = [
  ['a text of JSON', '{"token":"hush","id":"seen"}'],
  ['a name that ends otherwise', '{"token_of_bot" : "hush", "id":"seen"}'],
  ['a name that begins otherwise', '{"client_secret":"hush","id":"seen"}'],
  ['a number', '{"id":"seen","api_key": 80085}'.replace('80085', 'hush')],
  ['a text with escaped quotes', String.raw`{"id":"seen","password":"a\"hush\"b,hush"}`],
  ['a text that is cut off', `{"id":"seen","secret":"${'hush'.repeat(200)}"}`],
  ['JSON within a text of JSON', JSON.stringify({ id: 'seen', payload: JSON.stringify({ token: 'hush' }) })],
  ['a form', 'id=seen&token=hush&x=1', form],
  ['JSON within a form', new URLSearchParams({ id: 'seen', payload: interactive }).toString(), form],
  ['a header in a text', '{"id":"seen","text":"Authorization: hush"}'],
  ['a person in an address', '{"id":"seen","url":"https://hush:hush@acme.example/x"}'],
  ['a token of Slack by its look', '{"id":"seen","text":"xoxb-12-hush"}'],
];

for (const [title, body, type] of bodies) {
  test(`redact › hides the credential in ${title} and shows the rest`, () => {
    const shown = redactBody(Buffer.from(body), type);
    assert.doesNotMatch(shown, /hush/);
    assert.match(shown, /seen/);
  });
}

test('redact › shows of a body no more than its start, of broken UTF-8 too', () => {
  assert.equal(redactBody(Buffer.alloc(10_000, 'x')).length, 500);
  assert.equal(redactBody(Buffer.from([0xff, 0x41])), '\ufffdA');
});

test('redact › shows of the headers only those that prove nothing, and not more than some dozens', () => {
  const shown = redactHeaders({
    'user-agent': 'x'.repeat(1000),
    authorization: 'Bearer hush',
    cookie: 'session=hush',
    'x-hub-signature-256': 'sha256=hush',
    'x-gitlab-token': 'hush',
    'set-cookie': ['hush', 'hush'],
  });
  assert.doesNotMatch(JSON.stringify(shown), /hush/);
  assert.equal(shown['user-agent']?.length, 200);
  assert.equal(shown['cookie'], '(12 characters)');
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`x-${index}`, 'x']));
  assert.equal(Object.keys(redactHeaders(many)).length, 40);
});

test('redact › shows the path, and of a query the names alone', () => {
  assert.equal(redactAddress('/webhooks/acme?token=hush&a=1'), '/webhooks/acme?token&a');
  assert.equal(redactAddress('/webhooks/discord/interactions'), '/webhooks/discord/interactions');
  assert.equal(redactAddress(`/webhooks/acme/${'h'.repeat(40)}`), '/webhooks/acme/(40 characters)');
  assert.ok(redactAddress(`/${'a/'.repeat(20_000)}?${'b&'.repeat(20_000)}`).length <= 401);
});
