import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { maxBodyBytes, post, type Headers, sendRaw, signed, startIngress } from '../support/ingress.ts';

const note = '{"id":"n1","text":"Hello"}';
const json = { 'content-type': 'application/json' };

interface Refusal {
  readonly title: string;
  readonly expected: readonly [status: number, code: string];
  readonly body?: Uint8Array | string;
  /** Beside those of an honest delivery. */
  readonly headers?: Headers;
  readonly path?: string;
  readonly method?: string;
}

const bomb = Buffer.alloc(50 * 1024 * 1024);
const large = `{"id":"${'x'.repeat(maxBodyBytes)}"}`;

const refusals: readonly Refusal[] = [
  { title: 'an unknown provider', path: '/webhooks/nobody', expected: [404, 'PROVIDER_UNKNOWN'] },
  { title: '__proto__ as a provider', path: '/webhooks/__proto__', expected: [404, 'PROVIDER_UNKNOWN'] },
  { title: 'constructor as a provider', path: '/webhooks/constructor', expected: [404, 'PROVIDER_UNKNOWN'] },
  { title: 'an unknown address', path: '/nowhere', expected: [404, 'ROUTE_UNKNOWN'] },
  { title: 'a broken escape as a provider', path: '/webhooks/%zz', expected: [400, 'PARAMETER_INVALID'] },
  { title: 'a broken escape below', path: '/webhooks/acme/%e0%a4%a', expected: [400, 'PARAMETER_INVALID'] },
  ...['GET', 'PUT', 'DELETE', 'PATCH'].map((method): Refusal => ({
    title: method,
    method,
    expected: [405, 'METHOD_NOT_ALLOWED'],
  })),
  ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'json', 'text/json+x'].map(
    (type): Refusal => ({
      title: `the content type ${type}`,
      headers: { 'content-type': type },
      expected: [415, 'CONTENT_UNSUPPORTED'],
    }),
  ),
  ...['zstd', 'gzip, gzip', 'constructor', '__proto__'].map((encoding): Refusal => ({
    title: `the content encoding ${encoding}`,
    headers: { 'content-encoding': encoding },
    expected: [415, 'CONTENT_UNSUPPORTED'],
  })),
  { title: 'one byte too many', body: large, expected: [413, 'PAYLOAD_TOO_LARGE'] },
  { title: 'a bomb of gzip', ...packed('gzip', gzipSync(bomb)), expected: [413, 'PAYLOAD_TOO_LARGE'] },
  {
    title: 'a bomb of deflate',
    ...packed('deflate', deflateSync(bomb)),
    expected: [413, 'PAYLOAD_TOO_LARGE'],
  },
  {
    title: 'a bomb of brotli',
    ...packed('br', brotliCompressSync(bomb)),
    expected: [413, 'PAYLOAD_TOO_LARGE'],
  },
  { title: 'gzip that is none', ...packed('gzip', Buffer.from(note)), expected: [400, 'PAYLOAD_INVALID'] },
  {
    title: 'half of a gzip',
    ...packed('gzip', gzipSync(note).subarray(0, 20)),
    expected: [400, 'PAYLOAD_INVALID'],
  },
  { title: 'no JSON', body: '{"id":', expected: [400, 'PAYLOAD_INVALID'] },
  { title: 'an empty body', body: '', expected: [400, 'PAYLOAD_INVALID'] },
  {
    title: 'invalid UTF-8',
    body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22]),
    expected: [400, 'PAYLOAD_INVALID'],
  },
  ...['[]', '"text"', '7', 'null', 'true'].map((body): Refusal => ({
    title: `${body} at the top`,
    body,
    expected: [400, 'PAYLOAD_INVALID'],
  })),
  { title: 'no signature', headers: { 'x-acme-signature': '' }, expected: [401, 'SIGNATURE_INVALID'] },
  {
    title: 'a wrong signature',
    headers: { 'x-acme-signature': '0'.repeat(64) },
    expected: [401, 'SIGNATURE_INVALID'],
  },
];

function packed(encoding: string, body: Uint8Array) {
  return { body, headers: { 'content-encoding': encoding } };
}

test('ingress › refuses in words, and says nothing of its inside', async (t) => {
  const ingress = await startIngress(t);
  for (const { title, expected, body = note, headers, path, method } of refusals) {
    await t.test(title, async () => {
      const answer = await post(ingress, body, {
        ...(path === undefined ? {} : { path }),
        ...(method === undefined ? {} : { method }),
        headers: { ...signed(body), ...headers },
      });
      assert.deepEqual([answer.status, answer.code], expected);
      assert.deepEqual(Object.keys(JSON.parse(answer.text) as object), ['error']);
      assert.doesNotMatch(answer.text, /Hello|the-secret|\.[jt]s|node_modules/);
      assert.equal(answer.headers['x-powered-by'], undefined);
      if (expected[0] === 405) assert.equal(answer.headers['allow'], 'POST');
    });
  }
  assert.deepEqual(ingress.accepted, []);
});

test('ingress › HEAD is refused too, without words', async (t) => {
  const ingress = await startIngress(t);
  assert.equal((await post(ingress, '', { method: 'HEAD', headers: {} })).status, 405);
});

test('ingress › a refused signature has the status that its sender bears', async (t) => {
  const ingress = await startIngress(t, { provider: { refusalStatus: 403 } });
  const answer = await post(ingress, note, { headers: json });
  assert.deepEqual([answer.status, answer.code], [403, 'SIGNATURE_INVALID']);
  assert.match(answer.text, /header-missing \(x-acme-signature\)/);
});

test('ingress › the signature comes before the payload', async (t) => {
  const ingress = await startIngress(t);
  const answer = await post(ingress, 'no json', { headers: json });
  assert.equal(answer.code, 'SIGNATURE_INVALID');
});

test('ingress › webhooks that are turned off are not there', async (t) => {
  const ingress = await startIngress(t, { webhooksEnabled: false });
  assert.deepEqual([(await post(ingress, note)).code, ingress.accepted], ['PROVIDER_UNKNOWN', []]);
});

test('ingress › a sender of JSON alone is not asked for forms, one of forms alone not for JSON', async (t) => {
  const form = 'application/x-www-form-urlencoded';
  const onlyJson = await startIngress(t, { provider: { contentTypes: ['application/json'] } });
  const onlyForms = await startIngress(t, { provider: { contentTypesOf: () => [form] } });
  const { 'content-type': _, ...untyped } = signed(Buffer.from(note));
  const cases = [
    [onlyJson, { ...untyped, 'content-type': form }, 415],
    [onlyJson, untyped, 202],
    [onlyForms, { ...untyped, ...json }, 415],
    [onlyForms, untyped, 415],
  ] as const;
  for (const [ingress, headers, status] of cases) {
    assert.equal((await post(ingress, Buffer.from(note), { headers })).status, status);
  }
});

test('ingress › a header that was sent twice is no signature', async (t) => {
  const ingress = await startIngress(t);
  const { 'x-acme-signature': signature = '' } = signed(note);
  const answer = await sendRaw(ingress, [
    'POST /webhooks/acme HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n',
    `x-acme-signature: ${signature}\r\nX-Acme-Signature: ${signature}\r\n`,
    `content-length: ${note.length}\r\n\r\n${note}`,
  ]);
  assert.equal(answer.code, 'SIGNATURE_INVALID');
  assert.match(answer.text, /header-repeated/);
});
