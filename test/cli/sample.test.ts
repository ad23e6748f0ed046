import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { chooseFixture, findFixture, makeSample } from '../../src/cli/sample.ts';
import type { SampleRequest } from '../../src/cli/sample.ts';
import { defineProvider, z } from '../../src/provider-kit.ts';
import type { Fixture, Identity, Provider } from '../../src/provider-kit.ts';

const acme = defineProvider({
  name: 'acme',
  title: 'Acme',
  settings: z.strictObject({ secret: z.string() }),
  model: { nodes: {}, edges: {} },
  events: ['order', 'refund'],
  verify: () => undefined,
  sign: ({ body, deliveryId, eventType }, { secret }) => ({
    'x-acme': `${secret} ${deliveryId} ${eventType} ${body.length}`,
  }),
  identify: (): Identity => ({ kind: 'handshake', reply: { status: 200 } }),
  normalize: () => ({ skipped: 'is a test' }),
  freshen: (payload, { id }) => ({ ...(payload as object), id }),
}) as Provider;

function fixture(name: string, eventType: string, more: Partial<Fixture> = {}): Fixture {
  const expected = { skipped: 'is a test' };
  const receivedAt = '2026-11-24T12:00:00.000Z';
  return { name, eventType, source: 'this test', receivedAt, payload: { n: 1 }, expected, ...more };
}

const fixtures = [
  fixture('refund-late', 'refund'),
  fixture('order-new', 'order'),
  fixture('order-paid', 'order'),
];

function sample(more: Partial<SampleRequest> = {}): ReturnType<typeof makeSample> {
  return makeSample({ provider: acme, settings: { secret: 's' }, fixture: fixtures[0]!, ...more });
}

suite('a sample', () => {
  test('is fresh each time, and signed over what is sent', () => {
    const [one, two] = [sample(), sample()];
    assert.notEqual(one.deliveryId, two.deliveryId);
    assert.deepEqual(JSON.parse(Buffer.from(one.body).toString()), { n: 1, id: one.deliveryId });
    assert.deepEqual(one.headers, {
      'content-type': 'application/json',
      'x-acme': `s ${one.deliveryId} refund ${one.body.length}`,
    });
  });

  test('has the id that was asked for', () => {
    assert.deepEqual(sample({ deliveryId: 'd1' }).body, sample({ deliveryId: 'd1' }).body);
  });

  test('of a form is sent as it stands, to its own path, with its headers', () => {
    const form = fixture('f', 'order', { form: 'a=b', path: '/forms', headers: { 'x-more': '1' } });
    const { body, path, headers } = sample({ fixture: form });
    assert.equal(Buffer.from(body).toString(), 'a=b');
    assert.equal(path, '/forms');
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(headers['x-more'], '1');
  });

  test('of a form is fresh where its provider can make it so', () => {
    const provider: Provider = { ...acme, freshenForm: (form, { id }) => `${form}&id=${id}` };
    const form = fixture('f', 'order', { form: 'a=b' });
    const { body } = sample({ provider, fixture: form, deliveryId: 'd1' });
    assert.equal(Buffer.from(body).toString(), 'a=b&id=d1');
  });

  test("of a file is the file's bytes", () => {
    const body = Buffer.from([0, 255]);
    assert.equal(sample({ body }).body, body);
  });
});

suite('the fixture', () => {
  test('without an event is of the one that the provider names first', () => {
    assert.equal(chooseFixture(fixtures, acme, undefined).name, 'order-new');
  });

  test('is found by its name, and by its event type', () => {
    assert.equal(chooseFixture(fixtures, acme, 'order-paid').name, 'order-paid');
    assert.equal(chooseFixture(fixtures, acme, 'refund').name, 'refund-late');
  });

  test('of an unknown event is refused with those that there are', () => {
    assert.equal(findFixture(fixtures, acme, 'ordr'), undefined);
    assert.throws(() => chooseFixture(fixtures, acme, 'ordr'), {
      code: 'PARAMETER_INVALID',
      message: /no sample of acme ordr; there are: order, refund\./,
    });
  });
});
