import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { RawRequest, SignatureInvalidError } from '../../src/provider-kit.ts';
import clickup from '../../src/providers/clickup/index.ts';
import { rawRequest } from '../support/requests.ts';
import { settings } from './clickup-support.ts';

const header = 'x-signature';
/** Key and body of ClickUp's page on signatures, which prints no digest for them. */
const example = {
  body: '{"webhook_id":"7689a169-a000-4985-8676-6902b96d6627","event":"taskCreated","task_id":"c0j"}',
  signature: '4830bf524f6e29a3e8da953936c6f21c1fea2b9669b825d3e1be293ef3416c8c',
};

function verdict(headers: Record<string, string>, more: Partial<RawRequest> = {}): string {
  try {
    clickup.verify(rawRequest({ body: example.body, headers, ...more }), settings);
    return 'accepted';
  } catch (error) {
    assert.equal((error as SignatureInvalidError).code, 'SIGNATURE_INVALID');
    return (error as SignatureInvalidError).reason;
  }
}

test('clickup › accepts and gives the signature of the documented example', () => {
  assert.equal(verdict({ [header]: example.signature }), 'accepted');
  const body = Buffer.from(example.body);
  const outgoing = { body, deliveryId: 'd', eventType: 'taskCreated', sentAt: new Date(0) };
  assert.deepEqual(clickup.sign(outgoing, settings), {
    'content-type': 'application/json',
    [header]: example.signature,
  });
});

test('clickup › accepts the prefix of older set-ups', () => {
  assert.equal(verdict({ [header]: `sha256=${example.signature}` }), 'accepted');
});

test('clickup › accepts the signature of each of several secrets, and signs with the first', () => {
  const several = clickup.settings.parse({ webhook_secret: ['first', 'secret', 'third'] });
  const body = Buffer.from(example.body);
  for (const secret of several.webhook_secret) {
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    clickup.verify(rawRequest({ body, headers: { [header]: signature } }), several);
  }
  const outgoing = { body, deliveryId: 'd', eventType: 'taskCreated', sentAt: new Date(0) };
  const first = createHmac('sha256', 'first').update(body).digest('hex');
  assert.equal(clickup.sign(outgoing, several)[header], first);
});

const { signature, body } = example;
const sha1 = createHmac('sha1', 'secret').update(body).digest('hex');
const empty = createHmac('sha256', 'secret').update('').digest('hex');
const otherSecret = createHmac('sha256', 'other').update(body).digest('hex');
const repeated = { repeatedHeaders: new Set([header]) };
const refusals: readonly (readonly [string, Record<string, string>, string, Partial<RawRequest>?])[] = [
  ['no signature', {}, 'header-missing'],
  ['an empty signature', { [header]: '' }, 'header-missing'],
  ['the prefix alone', { [header]: 'sha256=' }, 'header-malformed'],
  ['a short signature', { [header]: signature.slice(0, -2) }, 'header-malformed'],
  ['the cut example of the page', { [header]: 'f7bc83f430538424b13298e6aa6' }, 'header-malformed'],
  ['a long signature', { [header]: `${signature}00` }, 'header-malformed'],
  ['an odd number of digits', { [header]: signature.slice(0, -1) }, 'header-malformed'],
  ['upper-case digits', { [header]: signature.toUpperCase() }, 'header-malformed'],
  ['what is no digit', { [header]: `g${signature.slice(1)}` }, 'header-malformed'],
  ['an upper-case prefix', { [header]: `SHA256=${signature}` }, 'header-malformed'],
  ['the prefix twice', { [header]: `sha256=sha256=${signature}` }, 'header-malformed'],
  ['a line after it', { [header]: `${signature}\n` }, 'header-malformed'],
  ['SHA-1', { [header]: sha1 }, 'header-malformed'],
  ['SHA-1 with its prefix', { [header]: `sha1=${sha1}` }, 'header-malformed'],
  ['two joined signatures', { [header]: `${signature}, ${signature}` }, 'header-malformed'],
  ['a repeated header', { [header]: signature }, 'header-repeated', repeated],
  ['another digit', { [header]: `5${signature.slice(1)}` }, 'signature-mismatch'],
  ['another secret', { [header]: otherSecret }, 'signature-mismatch'],
  ['one byte changed', { [header]: signature }, 'signature-mismatch', { body: Buffer.from(`${body} `) }],
  ['an empty body, signed', { [header]: empty }, 'body-empty', { body: new Uint8Array() }],
];

for (const [name, headers, reason, more] of refusals) {
  test(`clickup › refuses ${name}: ${reason}`, () => {
    assert.equal(verdict(headers, more), reason);
  });
}

test('clickup › answers a refusal with 403: a 401 or 410 would suspend the webhook', () => {
  assert.equal(clickup.refusalStatus, 403);
});

test('clickup › settings: the empty token means none, the address loses its slash, other keys are errors', () => {
  const read = clickup.settings.parse({
    webhook_secret: 's',
    api_token: '',
    api_url: 'http://127.0.0.1:1/x/',
  });
  assert.equal(read.api_token, undefined);
  assert.equal(read.api_url, 'http://127.0.0.1:1/x');
  assert.deepEqual(settings.webhook_secret, ['secret']);
  assert.equal(settings.api_url, 'https://api.clickup.com/api/v2');
  const wrong = [{}, { webhook_secret: '' }, { webhook_secret: [] }, { webhook_secret: 's', api_tokn: 'x' }];
  for (const one of wrong) assert.equal(clickup.settings.safeParse(one).success, false);
  const split = clickup.settings.safeParse({ webhook_secret: 's', api_token: 'pk_1\nx' });
  assert.match(split.error?.message ?? '', /no header can hold/);
  assert.equal(clickup.settings.safeParse({ webhook_secret: 's', api_url: 'ftp://host' }).success, false);
});
