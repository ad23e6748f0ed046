import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { RawRequest, SignatureInvalidError } from '../../src/provider-kit.ts';
import slack from '../../src/providers/slack/index.ts';
import { rawRequest } from '../support/requests.ts';

const signatureName = 'x-slack-signature';
const timestampName = 'x-slack-request-timestamp';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const published = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  body:
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
    '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};
const settings = slack.settings.parse({ webhook_secret: published.secret });
const sentMs = Number(published.timestamp) * 1000;

function verdict(headers: Record<string, string>, more: Partial<RawRequest> = {}): string {
  const receivedAt = new Date(sentMs);
  try {
    slack.verify(rawRequest({ body: published.body, headers, receivedAt, ...more }), settings);
    return 'accepted';
  } catch (error) {
    assert.equal((error as SignatureInvalidError).code, 'SIGNATURE_INVALID');
    return (error as SignatureInvalidError).reason;
  }
}

function signatureOf(timestamp: string, secret = published.secret): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${published.body}`).digest('hex')}`;
}

function honest(timestamp: string): Record<string, string> {
  return { [timestampName]: timestamp, [signatureName]: signatureOf(timestamp) };
}

test('slack › accepts and gives the published signature', () => {
  const headers = { [timestampName]: published.timestamp, [signatureName]: published.signature };
  assert.equal(verdict(headers), 'accepted');
  const body = Buffer.from(published.body);
  const outgoing = { body, deliveryId: 'd', eventType: 'slash_command', sentAt: new Date(sentMs + 999) };
  const signed = slack.sign(outgoing, settings);
  assert.equal(signed[signatureName], published.signature);
  assert.equal(signed[timestampName], published.timestamp);
  assert.equal(signed['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(
    slack.sign({ ...outgoing, body: Buffer.from('{}') }, settings)['content-type'],
    'application/json',
  );
});

test('slack › accepts the signature of each of several secrets, and signs with the first', () => {
  const several = slack.settings.parse({ webhook_secret: ['first', 'second'] });
  const receivedAt = new Date(sentMs);
  for (const secret of ['first', 'second']) {
    const headers = {
      ...honest(published.timestamp),
      [signatureName]: signatureOf(published.timestamp, secret),
    };
    slack.verify(rawRequest({ body: published.body, headers, receivedAt }), several);
  }
  const body = Buffer.from(published.body);
  const signed = slack.sign({ body, deliveryId: 'd', eventType: 'e', sentAt: receivedAt }, several);
  assert.equal(signed[signatureName], signatureOf(published.timestamp, 'first'));
});

const hex = published.signature.slice('v0='.length);
const malformed = [
  hex,
  `v1=${hex}`,
  `v0=${hex.toUpperCase()}`,
  `v0=${hex}0`,
  `v0=${hex.slice(1)}`,
  'v0=',
  `v0= ${hex}`,
];

test('slack › refuses every other form of signature', () => {
  for (const given of malformed) {
    assert.equal(
      verdict({ ...honest(published.timestamp), [signatureName]: given }),
      'header-malformed',
      given,
    );
  }
});

test('slack › refuses what is missing, empty or sent twice', () => {
  const headers = honest(published.timestamp);
  const { [signatureName]: signature = '', [timestampName]: timestamp = '' } = headers;
  assert.equal(verdict({ [timestampName]: timestamp }), 'header-missing');
  assert.equal(verdict({ ...headers, [signatureName]: '' }), 'header-missing');
  assert.equal(verdict({ [signatureName]: signature }), 'timestamp-missing');
  assert.equal(verdict({ ...headers, [timestampName]: '' }), 'timestamp-missing');
  for (const name of [signatureName, timestampName]) {
    assert.equal(verdict(headers, { repeatedHeaders: new Set([name]) }), 'header-repeated');
  }
});

test('slack › refuses another body, another secret and another time than were signed', () => {
  const headers = honest(published.timestamp);
  assert.equal(verdict(headers, { body: Buffer.from(`${published.body} `) }), 'signature-mismatch');
  const other = { ...headers, [signatureName]: signatureOf(published.timestamp, 'other') };
  assert.equal(verdict(other), 'signature-mismatch');
  assert.equal(verdict({ ...headers, [timestampName]: '1531420619' }), 'signature-mismatch');
});

const timestamps: readonly (readonly [string, string])[] = [
  ['NaN', 'timestamp-malformed'],
  ['Infinity', 'timestamp-malformed'],
  ['-1531420618', 'timestamp-malformed'],
  ['+1531420618', 'timestamp-malformed'],
  ['1531420618.5', 'timestamp-malformed'],
  ['1e20', 'timestamp-malformed'],
  ['0x5b477a4a', 'timestamp-malformed'],
  [' 1531420618', 'timestamp-malformed'],
  ['1531420618, 1531420618', 'timestamp-malformed'],
  ['1531420618000000', 'timestamp-malformed'],
  ['0', 'timestamp-outside-tolerance'],
  ['999999999999', 'timestamp-outside-tolerance'],
];

for (const [timestamp, reason] of timestamps) {
  test(`slack › refuses the timestamp ${timestamp} though its signature holds`, () => {
    assert.equal(verdict(honest(timestamp)), reason);
  });
}

test('slack › takes what is up to 300 seconds old or early, by the time of reception', () => {
  const headers = honest(published.timestamp);
  const at = (offsetMs: number) => verdict(headers, { receivedAt: new Date(sentMs + offsetMs) });
  assert.deepEqual([at(-300_000), at(300_000)], ['accepted', 'accepted']);
  assert.deepEqual([at(-300_001), at(300_001)], Array(2).fill('timestamp-outside-tolerance'));
});

test('slack › takes the tolerance that is set', () => {
  const strict = slack.settings.parse({ webhook_secret: published.secret, tolerance_seconds: 10 });
  const receivedAt = new Date(sentMs + 11_000);
  const request = rawRequest({ body: published.body, headers: honest(published.timestamp), receivedAt });
  assert.throws(() => slack.verify(request, strict), { reason: 'timestamp-outside-tolerance' });
  for (const wrong of [0, -1, 1.5, 3601]) {
    const given = { webhook_secret: 's', tolerance_seconds: wrong };
    assert.equal(slack.settings.safeParse(given).success, false);
  }
});
