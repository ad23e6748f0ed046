import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventsParameters, readParameters, statsParameters } from '../../src/ops/parameters.ts';
import { eventsBy } from '../../src/temporal/visibility.ts';

suite('ops › parameters', () => {
  for (const [given, name] of [
    [{ window: '24' }, 'window'],
    [{ window: '0h' }, 'window'],
    [{ window: '1h; DROP' }, 'window'],
    [{ window: ['1h', '2h'] }, 'window'],
  ] as const) {
    test(`/stats refuses ${JSON.stringify(given)} by name`, () => {
      assert.throws(() => readParameters(statsParameters, given), {
        code: 'PARAMETER_INVALID',
        message: new RegExp(`^${name}:`),
      });
    });
  }

  for (const given of [
    { provider: "x' OR 1=1" },
    { status: 'nonsense' },
    { limit: '0' },
    { limit: 'many' },
    { type: '' },
    { entity: 'a\nb' },
    { entity: 'a"b' },
    { entity: 'a\\b' },
    { since: 'x' },
  ]) {
    test(`/events refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => readParameters(eventsParameters, given), { code: 'PARAMETER_INVALID' });
    });
  }

  test('what is quoted cannot leave its quotes', () => {
    assert.equal(
      eventsBy({ entity: "a' OR Provider = 'x" }),
      "Provider IS NOT NULL AND Entity = 'a\\' OR Provider = \\'x'",
    );
    assert.equal(eventsBy({ type: 'a\\' }), "Provider IS NOT NULL AND EventType = 'a\\\\'");
  });

  for (const type of ['Push Hook', 'orders/create', 'message.channels'])
    test(`an event type is looked for as it is kept: ${type}`, () => {
      assert.equal(readParameters(eventsParameters, { type }).type, type);
    });
});
