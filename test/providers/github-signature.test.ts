import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { RawRequest, SignatureInvalidError, VerifiedRequest } from '../../src/provider-kit.ts';
import github from '../../src/providers/github/index.ts';

const header = 'x-hub-signature-256';
const published = {
  secret: "It's a Secret to Everybody",
  body: Buffer.from('Hello, World!'),
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
};
const settings = { webhook_secret: [published.secret] as const };

function request(headers: Record<string, string>, more: Partial<RawRequest> = {}): RawRequest {
  return {
    headers,
    repeatedHeaders: new Set(),
    body: published.body,
    contentType: 'application/json',
    path: '',
    query: '',
    receivedAt: new Date('2026-01-02T03:04:05.678Z'),
    ...more,
  };
}

function refusal(request: RawRequest): string {
  try {
    github.verify(request, settings);
  } catch (error) {
    assert.equal((error as SignatureInvalidError).code, 'SIGNATURE_INVALID');
    return (error as SignatureInvalidError).reason;
  }
  return 'accepted';
}

test("github › accepts the example of GitHub's own pages", () => {
  assert.equal(refusal(request({ [header]: published.signature })), 'accepted');
});

test('github › signs as the published example does', () => {
  const outgoing = { body: published.body, deliveryId: 'd-1', eventType: 'push', sentAt: new Date(0) };
  const headers = github.sign(outgoing, settings);
  assert.equal(headers[header], published.signature);
  assert.equal(headers['x-github-delivery'], 'd-1');
  assert.equal(headers['x-github-event'], 'push');
});

const digits = published.signature.slice('sha256='.length);
const sha1 = `sha1=${createHmac('sha1', published.secret).update(published.body).digest('hex')}`;
const refusals: readonly (readonly [name: string, headers: Record<string, string>, reason: string])[] = [
  ['no signature', {}, 'header-missing'],
  ['an empty signature', { [header]: '' }, 'header-missing'],
  ['a SHA-1 signature alone', { 'x-hub-signature': sha1 }, 'header-missing'],
  ['a SHA-1 signature in the place of the other', { [header]: sha1 }, 'header-malformed'],
  ['a short signature', { [header]: published.signature.slice(0, -2) }, 'header-malformed'],
  ['a long signature', { [header]: `${published.signature}00` }, 'header-malformed'],
  ['an odd number of digits', { [header]: published.signature.slice(0, -1) }, 'header-malformed'],
  ['upper-case digits', { [header]: `sha256=${digits.toUpperCase()}` }, 'header-malformed'],
  ['an upper-case prefix', { [header]: `SHA256=${digits}` }, 'header-malformed'],
  ['no prefix', { [header]: digits }, 'header-malformed'],
  ['digits that are none', { [header]: `sha256=${digits.slice(0, -1)}g` }, 'header-malformed'],
  ['a line break after the digits', { [header]: `${published.signature}\n` }, 'header-malformed'],
  [
    'two signatures in one line',
    { [header]: `${published.signature}, ${published.signature}` },
    'header-malformed',
  ],
  ['another signature', { [header]: `sha256=${'0'.repeat(64)}` }, 'signature-mismatch'],
];
for (const [name, headers, reason] of refusals) {
  test(`github › refuses ${name}`, () => {
    assert.equal(refusal(request(headers)), reason);
  });
}

test('github › refuses a header that was sent twice, even the right one', () => {
  const repeatedHeaders = new Set([header]);
  assert.equal(refusal(request({ [header]: published.signature }, { repeatedHeaders })), 'header-repeated');
});

test('github › refuses an empty body, even a signed one', () => {
  const body = Buffer.alloc(0);
  const signature = `sha256=${createHmac('sha256', published.secret).update(body).digest('hex')}`;
  assert.equal(refusal(request({ [header]: signature }, { body })), 'body-empty');
});

test('github › refuses a body with one byte changed', () => {
  const body = Buffer.from('Hello, World?');
  assert.equal(refusal(request({ [header]: published.signature }, { body })), 'signature-mismatch');
});

test('github › accepts each of several secrets and signs with the first', () => {
  const both = { webhook_secret: ['new', published.secret] as const };
  github.verify(request({ [header]: published.signature }), both);
  const outgoing = { body: published.body, deliveryId: 'd', eventType: 'push', sentAt: new Date(0) };
  github.verify(request(github.sign(outgoing, both)), { webhook_secret: ['new'] });
});

test('github › takes one secret or a list of them, but no empty one', () => {
  assert.deepEqual(github.settings.parse({ webhook_secret: 'a' }), { webhook_secret: ['a'] });
  assert.deepEqual(github.settings.parse({ webhook_secret: ['a', 'b'] }), { webhook_secret: ['a', 'b'] });
  assert.equal(github.settings.safeParse({ webhook_secret: ' ' }).success, false);
  assert.equal(github.settings.safeParse({ webhook_secret: [] }).success, false);
  assert.equal(github.settings.safeParse({}).success, false);
});

const sound = { 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958', 'x-github-event': 'push' };

function identify(headers: Record<string, string>, payload: unknown = {}, more: Partial<RawRequest> = {}) {
  const verified: VerifiedRequest = { ...request(headers, more), payload };
  return github.identify(verified, settings);
}

test('github › identifies a delivery by its two headers', () => {
  assert.deepEqual(identify(sound), {
    kind: 'delivery',
    id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    eventType: 'push',
  });
});

const unsound: readonly (readonly [name: string, header: keyof typeof sound, value: string | undefined])[] = [
  ['a missing id', 'x-github-delivery', undefined],
  ['an empty id', 'x-github-delivery', ''],
  ['an id that is too long', 'x-github-delivery', 'a'.repeat(129)],
  ['an id with a space, as two joined headers have', 'x-github-delivery', 'a, b'],
  ['an id that is not printable', 'x-github-delivery', 'a\u0000b'],
  ['an id beyond ASCII', 'x-github-delivery', 'ä'],
  ['a missing event', 'x-github-event', undefined],
  ['an event in capitals', 'x-github-event', 'Push'],
  ['two events', 'x-github-event', 'push, ping'],
];
for (const [name, header, value] of unsound) {
  test(`github › refuses ${name} and names the header`, () => {
    const headers = Object.fromEntries(
      Object.entries({ ...sound, [header]: value }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const named = header === 'x-github-delivery' ? /X-GitHub-Delivery/ : /X-GitHub-Event/;
    assert.throws(() => identify(headers), { code: 'PAYLOAD_INVALID', message: named });
  });
}

for (const payload of [null, [], 'text', 1]) {
  test(`github › refuses ${JSON.stringify(payload)} as a payload`, () => {
    assert.throws(() => identify(sound, payload), { code: 'PAYLOAD_INVALID', message: /top level/ });
  });
}

const form = { contentType: 'application/x-www-form-urlencoded' };

test('github › reads a form by its field payload, and names the field where it is missing or no JSON', () => {
  assert.equal(identify(sound, { payload: '{"zen":"…"}' }, form).kind, 'delivery');
  assert.throws(() => identify(sound, {}, form), { code: 'PAYLOAD_INVALID', message: /payload/ });
  assert.throws(() => identify(sound, { payload: '{' }, form), { code: 'PAYLOAD_INVALID' });
  assert.throws(() => identify(sound, { payload: '[]' }, form), { code: 'PAYLOAD_INVALID' });
});
