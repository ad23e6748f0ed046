import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import express from 'express';
import { sha256Hex } from '../../src/delivery.ts';
import { DeliveryTooLargeError, TemporalUnavailableError } from '../../src/errors.ts';
import type { VerifiedRequest } from '../../src/providers/provider.ts';
import { post, secret, signed, startIngress } from '../support/ingress.ts';

const note = '{"id":"n1","text":"Hello"}';

test('ingress › accepts once, then knows the duplicate', async (t) => {
  const ingress = await startIngress(t);
  const ids = { delivery_id: 'd-1', workflow_id: 'acme:d-1' };
  const first = await post(ingress, note);
  assert.deepEqual([first.status, JSON.parse(first.text)], [202, { status: 'accepted', ...ids }]);
  const second = await post(ingress, note);
  assert.deepEqual(
    [second.status, JSON.parse(second.text)],
    [200, { status: 'duplicate', ...ids, state: 'running' }],
  );
});

test('ingress › hands over the received bytes with what is known of them', async (t) => {
  const ingress = await startIngress(t);
  await post(ingress, note, {
    headers: { ...signed(note), 'content-type': 'Application/JSON; charset=utf-8' },
  });
  const [submission] = ingress.accepted;
  assert.ok(submission);
  const { receivedAt, ...head } = submission.delivery;
  assert.deepEqual(head, {
    provider: 'acme',
    id: 'd-1',
    eventType: 'note',
    contentType: 'application/json',
    bodySha256: sha256Hex(note),
  });
  assert.equal(new Date(receivedAt).toISOString(), receivedAt);
  assert.equal(Buffer.from(submission.body).toString(), note);
  assert.deepEqual([submission.earlierIds, submission.plan], [[], { enrich: false }]);
});

test('ingress › undoes each content encoding before it verifies', async (t) => {
  const ingress = await startIngress(t);
  const encoded = {
    gzip: gzipSync(note),
    deflate: deflateSync(note),
    br: brotliCompressSync(note),
    identity: note,
  };
  for (const [encoding, body] of Object.entries(encoded)) {
    const headers = { ...signed(note, encoding), 'content-encoding': encoding };
    assert.equal((await post(ingress, body, { headers })).status, 202, encoding);
  }
  assert.deepEqual(
    ingress.accepted.map(({ body }) => Buffer.from(body).toString()),
    [note, note, note, note],
  );
});

test('ingress › forms and types with +json are what they say', async (t) => {
  const ingress = await startIngress(t);
  const form = 'id=n1&text=Hello+there';
  const types = [
    [form, 'application/x-www-form-urlencoded'],
    [note, 'application/cloudevents+json'],
  ] as const;
  for (const [body, type] of types) {
    const headers = { ...signed(body, type.slice(-4)), 'content-type': type };
    assert.equal((await post(ingress, body, { headers })).status, 202);
  }
  assert.deepEqual(
    ingress.accepted.map(({ delivery }) => delivery.contentType),
    types.map(([, type]) => type),
  );
});

test('ingress › a provider sees path and query as they were sent', async (t) => {
  const seen: VerifiedRequest[] = [];
  const ingress = await startIngress(t, {
    provider: {
      identify: (request) => {
        seen.push(request);
        return { kind: 'delivery', id: String(seen.length), eventType: 'note' };
      },
    },
  });
  for (const path of ['', '/', '/interactions', '/a%20b/c?x=%2B&y=1?2']) {
    await post(ingress, note, { path: `/webhooks/acme${path}` });
  }
  assert.deepEqual(
    seen.map(({ path, query }) => [path, query]),
    [
      ['', ''],
      ['', ''],
      ['/interactions', ''],
      ['/a%20b/c', '?x=%2B&y=1?2'],
    ],
  );
});

test('ingress › answers a handshake and accepts nothing', async (t) => {
  const ingress = await startIngress(t);
  const answer = await post(ingress, note, { headers: { ...signed(note), 'x-acme-event': 'hello' } });
  assert.deepEqual([answer.status, answer.text, ingress.accepted.length], [200, 'welcome', 0]);
  const unsigned = { 'content-type': 'application/json', 'x-acme-event': 'hello' };
  assert.equal((await post(ingress, note, { headers: unsigned })).status, 401);
});

test("ingress › a sender's own answer is the same for accepted and duplicate", async (t) => {
  const reply = { status: 204 };
  const ingress = await startIngress(t, {
    provider: {
      identify: () => ({
        kind: 'delivery',
        id: 'a/b',
        eventType: `orders/create ${'é'.repeat(300)}`,
        earlierIds: ['old/id'],
        storedBody: Buffer.from('{"kept":true}'),
        reply,
      }),
      enrich: { needed: () => true, fetch: async () => undefined },
    },
  });
  assert.deepEqual([(await post(ingress, note)).status, (await post(ingress, note)).status], [204, 204]);
  const [{ delivery, body, earlierIds, plan } = assert.fail()] = ingress.accepted;
  assert.equal(delivery.id, `a_b~${sha256Hex('a/b')}`);
  assert.equal(delivery.eventType, `orders/create ${'_'.repeat(186)}`);
  assert.equal(delivery.bodySha256, sha256Hex(note));
  assert.equal(Buffer.from(body).toString(), '{"kept":true}');
  assert.deepEqual([earlierIds, plan], [[`old_id~${sha256Hex('old/id')}`], { enrich: true }]);
});

const failures = [
  [new TemporalUnavailableError('Later, please.'), 503, 'TEMPORAL_UNAVAILABLE', '5'],
  [new DeliveryTooLargeError('Too large.'), 413, 'DELIVERY_TOO_LARGE', undefined],
  [new Error(`broken with ${secret}`), 500, 'INTERNAL', undefined],
] as const;

for (const [error, status, code, retryAfter] of failures) {
  test(`ingress › what cannot be accepted is ${status} ${code}`, async (t) => {
    const ingress = await startIngress(t, { accept: () => Promise.reject(error) });
    const answer = await post(ingress, note);
    assert.deepEqual([answer.status, answer.code, answer.headers['retry-after']], [status, code, retryAfter]);
    assert.doesNotMatch(answer.text, /broken/);
    assert.ok(ingress.lines.some(({ level }) => level === (status === 500 ? 50 : 40)));
  });
}

test('ingress › GET / lists the providers and every route that there is', async (t) => {
  const router = express.Router();
  router.get('/livez', (_request, response) => void response.json({}));
  router
    .route('/things')
    .get((_q, r) => void r.end())
    .post((_q, r) => void r.end());
  const ingress = await startIngress(t, { routers: [router] });
  const answer = await post(ingress, '', { path: '/', method: 'GET', headers: {} });
  assert.deepEqual(JSON.parse(answer.text), {
    name: 'flow-state-webhooks',
    version: '0.0.0',
    providers: ['acme'],
    routes: ['GET /', 'POST /webhooks/:provider{/*rest}', 'GET /livez', 'GET /things', 'POST /things'],
  });
});

test('ingress › what the parser of an ops route refuses is an error in words too', async (t) => {
  const router = express.Router();
  router.post('/echo', express.json({ limit: 100 }), (_request, response) => void response.json({}));
  const ingress = await startIngress(t, { routers: [router] });
  const cases = [
    ['{"a":', {}, 400, 'PARAMETER_INVALID'],
    [`"${'x'.repeat(200)}"`, {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['{}', { 'content-encoding': 'zstd' }, 415, 'CONTENT_UNSUPPORTED'],
  ] as const;
  for (const [body, more, status, code] of cases) {
    const headers = { 'content-type': 'application/json', ...more };
    const answer = await post(ingress, body, { path: '/echo', headers });
    assert.deepEqual([answer.status, answer.code], [status, code]);
  }
});
