import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import custom from '../../src/providers/custom/index.ts';
import { presets } from '../../src/providers/custom/presets.ts';
import type { Settings } from '../../src/providers/custom/settings.ts';
import type { Identity, VerifiedRequest } from '../../src/providers/provider.ts';
import { rawRequest } from '../support/requests.ts';

const hmac = { scheme: 'hmac', header: 'x-sig' };

function settingsOf(given: Record<string, unknown>): Settings {
  return custom.settings.parse({ webhook_secret: 'the-secret', signature: hmac, ...given });
}

function verified(payload: unknown, given: Partial<VerifiedRequest> = {}): VerifiedRequest {
  return { ...rawRequest({ body: JSON.stringify(payload) }), payload, ...given };
}

function deliveryOf(identity: Identity): Extract<Identity, { kind: 'delivery' }> {
  assert.equal(identity.kind, 'delivery');
  return identity;
}

suite('custom › identify', () => {
  test('finds id and type where the templates say', () => {
    const settings = settingsOf({
      delivery_id: '{header:x-id}',
      event_type: '{body:kind}.{body:data.0.action}',
    });
    const request = verified({ kind: 'invoice', data: [{ action: 'paid' }] }, { headers: { 'x-id': 'abc' } });
    const { id, eventType } = deliveryOf(custom.identify(request, settings));
    assert.deepEqual({ id, eventType }, { id: 'abc', eventType: 'invoice.paid' });
  });

  test('names the template that is missing', () => {
    const settings = settingsOf({ delivery_id: '{header:x-id}' });
    assert.throws(() => custom.identify(verified({}), settings), {
      code: 'PAYLOAD_INVALID',
      message: /\{header:x-id\}/,
    });
  });

  test('reads no path through the prototype', () => {
    const settings = settingsOf({ event_type: '{body:constructor.name}' });
    assert.throws(() => custom.identify(verified({}), settings), { code: 'PAYLOAD_INVALID' });
  });

  test('without a template, a retry is the same delivery over the edge of ten minutes, and an hour later another', () => {
    const settings = settingsOf({});
    const at = (minutes: number) =>
      deliveryOf(custom.identify(verified({ a: 1 }, { receivedAt: new Date(minutes * 60_000) }), settings));
    assert.equal(at(9.9).id, at(0.1).id);
    assert.deepEqual(at(10.1).earlierIds, [at(9.9).id]);
    assert.notEqual(at(70).id, at(10).id);
    assert.ok(!at(70).earlierIds?.includes(at(10).id));
  });

  test('answers a challenge', () => {
    const settings = settingsOf({ challenge: { when: '{body:challenge}', reply: '{body:challenge}' } });
    assert.deepEqual(custom.identify(verified({ challenge: 'xyz' }), settings), {
      kind: 'handshake',
      reply: { status: 200, body: 'xyz', headers: { 'content-type': 'text/plain' } },
    });
    assert.equal(custom.identify(verified({ a: 1 }), settings).kind, 'delivery');
  });

  test('refuses a body that does not satisfy the schema, and says where', () => {
    const settings = settingsOf({
      body_schema: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
    });
    assert.throws(() => custom.identify(verified({ id: 'x' }), settings), {
      code: 'PAYLOAD_INVALID',
      message: /\/id .*integer/,
    });
    assert.equal(custom.identify(verified({ id: 1 }), settings).kind, 'delivery');
  });
});

const mapping = {
  nodes: { Invoice: { number: 'string', total: 'float', due: 'time' }, Customer: { name: 'string' } },
  edges: { BILLED_TO: [['Invoice', 'Customer']] },
  expression: `{
    "nodes": [
      {"label": "Invoice", "key": "billing:invoice:" & invoice.id,
       "properties": {"number": invoice.number, "total": invoice.total, "due": invoice.due}},
      invoice.customer.{"label": "Customer", "key": "billing:customer:" & id, "properties": {"name": name}}
    ],
    "edges": invoice.customer.{
      "type": "BILLED_TO",
      "from": {"label": "Invoice", "key": "billing:invoice:" & %.id},
      "to": {"label": "Customer", "key": "billing:customer:" & id}
    }
  }`,
};

suite('custom › mapping', () => {
  const settings = settingsOf({ mapping, event_time: { from: '{body:at}', unit: 'seconds' } });
  const deliveryWith = (payload: unknown) => ({
    provider: 'billing',
    id: '1',
    eventType: 'invoice.paid',
    receivedAt: '2026-11-24T12:00:00.000Z',
    contentType: 'application/json',
    bodySha256: '',
    payload,
  });
  const normalize = async (payload: unknown) =>
    await custom.normalize({ delivery: deliveryWith(payload), settings, enrichment: undefined });

  test('gives nodes, edges and times', async () => {
    const invoice = {
      id: 7,
      number: 'R-7',
      total: 12.5,
      due: '2026-12-01T00:00:00Z',
      customer: { id: 9, name: 'Ada' },
    };
    const from = { label: 'Invoice', key: 'billing:invoice:7' };
    const to = { label: 'Customer', key: 'billing:customer:9' };
    assert.deepEqual(await normalize({ at: 1764000000, invoice }), {
      eventTime: '2025-11-24T16:00:00.000000Z',
      mutations: [
        {
          op: 'upsert-node',
          node: from,
          properties: { number: 'R-7', total: 12.5, due: '2026-12-01T00:00:00.000000Z' },
        },
        { op: 'upsert-node', node: to, properties: { name: 'Ada' } },
        { op: 'upsert-edge', type: 'BILLED_TO', from, to },
      ],
    });
  });

  for (const count of [1, 2, 3])
    test(`what an expression makes of a list of ${count} is each one thing or a list`, async () => {
      const alerting = settingsOf({
        mapping: {
          nodes: { Alert: { tags: 'strings' } },
          edges: {},
          expression:
            '{"nodes": alerts.{"label": "Alert", "key": "a:" & id, "properties": {"tags": tags.name}}}',
        },
      });
      const tags = Array.from({ length: count }, (_, index) => ({ name: `t${index}` }));
      const alerts = Array.from({ length: count }, (_, index) => ({ id: String(index), tags }));
      const normalized = await custom.normalize({
        delivery: deliveryWith({ alerts }),
        settings: alerting,
        enrichment: undefined,
      });
      assert.deepEqual(
        'mutations' in normalized && normalized.mutations,
        alerts.map(({ id }) => ({
          op: 'upsert-node',
          node: { label: 'Alert', key: `a:${id}` },
          properties: { tags: tags.map(({ name }) => name) },
        })),
      );
    });

  test('a result of another shape is a final error that says where', async () => {
    await assert.rejects(async () => await normalize({ invoice: { id: 1, total: { no: 'number' } } }), {
      code: 'NORMALIZE_FAILED',
      message: /nodes/,
    });
  });

  test('of many that are evaluated at once each has the time of one', async () => {
    const slow = settingsOf({
      mapping: {
        ...mapping,
        expression: `{"nodes": {"label": "Customer", "key": "all:" & $sum($map([1..20000], function($n){$n * 2}))}}`,
      },
    });
    const evaluate = async (): Promise<unknown> =>
      await custom.normalize({ delivery: deliveryWith({}), settings: slow, enrichment: undefined });
    await evaluate();
    const began = performance.now();
    await evaluate();
    const together = Math.ceil(4000 / (performance.now() - began)); // twice the time after which one is stopped
    await Promise.all(Array.from({ length: together }, evaluate));
  });

  test('an expression that never ends is stopped', async () => {
    const endless = settingsOf({
      mapping: { ...mapping, expression: '($f := function($n){$f($n + 1)}; $f(0))' },
    });
    await assert.rejects(
      async () =>
        await custom.normalize({ delivery: deliveryWith({}), settings: endless, enrichment: undefined }),
      { code: 'NORMALIZE_FAILED' },
    );
  });
});

suite('custom › settings', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['an empty secret', { webhook_secret: '' }, 'webhook_secret'],
    ['no scheme', { signature: {} }, 'signature.scheme'],
    ['an unknown key', { signature: { ...hmac, colour: 'red' } }, 'signature'],
    ['an unknown preset', { preset: 'acme' }, 'preset'],
    ['an unknown place in a template', { delivery_id: '{cookie:x}' }, 'delivery_id'],
    [
      'a signed template that reads the body',
      { signature: { ...hmac, signed: '{body:id}' } },
      'signature.signed',
    ],
    ['a timestamp without a place', { signature: { ...hmac, timestamp: {} } }, 'signature.timestamp'],
    [
      'an edge to an undeclared label',
      { mapping: { ...mapping, edges: { X: [['Invoice', 'Nobody']] } } },
      'mapping.edges.X',
    ],
    [
      'a mapping that gives another graph each time',
      { mapping: { ...mapping, expression: '{"nodes": $shuffle(a)}' } },
      'mapping.expression',
    ],
    [
      'a mapping with a syntax error',
      { mapping: { ...mapping, expression: '{"nodes": [' } },
      'mapping.expression',
    ],
    [
      'a mapping that asks the clock',
      { mapping: { ...mapping, expression: '{"nodes": $now()}' } },
      'mapping.expression',
    ],
    [
      'a label that is no name',
      { mapping: { ...mapping, nodes: { 'No Name': {} }, edges: {} } },
      'mapping.nodes.No Name',
    ],
    ['a JSON Schema that is none', { body_schema: { type: 'nonsense' } }, 'body_schema'],
    ['twilio without its address', { preset: 'twilio', signature: { scheme: 'twilio' } }, 'public_url'],
    [
      'a secret that is no whsec_ key',
      { signature: { scheme: 'standard-webhooks' }, webhook_secret: 'whsec_' },
      'webhook_secret',
    ],
    [
      'an Ed25519 key of the wrong length',
      { signature: { scheme: 'ed25519', header: 'x-sig' }, webhook_secret: 'abcd' },
      'webhook_secret',
    ],
  ];
  for (const [name, given, path] of cases) {
    test(`refuses ${name} at ${path}`, () => {
      const result = custom.settings.safeParse({ webhook_secret: 's', signature: hmac, ...given });
      const paths = result.error?.issues.map((issue) => issue.path.join('.'));
      assert.ok(paths?.includes(path), `found ${JSON.stringify(paths)}`);
    });
  }

  for (const preset of Object.keys(presets)) {
    test(`the preset ${preset} is complete with a secret alone`, () => {
      const secret = /svix|standard/.test(preset)
        ? `whsec_${Buffer.alloc(24, 1).toString('base64')}`
        : 'a-secret';
      const given = {
        preset,
        webhook_secret: secret,
        ...(preset === 'twilio' ? { public_url: 'https://example.com/twilio' } : {}),
      };
      assert.equal(custom.settings.safeParse(given).error, undefined);
    });
  }
});
