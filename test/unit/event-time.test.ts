import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventTime, eventTimeOfSeconds } from '../../src/graph/event-time.ts';

const times: readonly (readonly [
  given: number | string | Date | null | undefined,
  time: string | undefined,
])[] = [
  [0, '1970-01-01T00:00:00.000000Z'],
  [1772446530123, '2026-03-02T10:15:30.123000Z'],
  [new Date(1772446530123), '2026-03-02T10:15:30.123000Z'],
  ['2026-03-02T10:15:30Z', '2026-03-02T10:15:30.000000Z'],
  ['2026-03-02T10:15:30.1Z', '2026-03-02T10:15:30.100000Z'],
  ['2026-03-02T10:15:30.123456Z', '2026-03-02T10:15:30.123456Z'],
  ['2026-03-02T10:15:30.123456789Z', '2026-03-02T10:15:30.123456Z'],
  ['2026-03-02T11:15:30.000001+01:00', '2026-03-02T10:15:30.000001Z'],
  ['not a time', undefined],
  ['', undefined],
  [NaN, undefined],
  [Infinity, undefined],
  [8.64e15, undefined],
  [-1e14, undefined],
  [null, undefined],
  [undefined, undefined],
];

test('event time › of a text without a zone is UTC, wherever the process runs', (t) => {
  const before = process.env['TZ'];
  t.after(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  process.env['TZ'] = 'Europe/Berlin';
  assert.equal(new Date('2026-03-02T10:15:30').toISOString(), '2026-03-02T09:15:30.000Z');
  for (const text of ['2026-03-02T10:15:30', '2026-03-02 10:15:30', '2026-03-02 10:15:30.000'])
    assert.equal(eventTime(text), '2026-03-02T10:15:30.000000Z');
  assert.equal(eventTime('2026-03-02 10:15'), '2026-03-02T10:15:00.000000Z');
  assert.equal(eventTime('2026-03-02'), '2026-03-02T00:00:00.000000Z');
});

for (const [given, time] of times) {
  test(`event time › of ${typeof given} ${String(given)}`, () => assert.equal(eventTime(given), time));
}

const seconds: readonly (readonly [text: string, time: string | undefined])[] = [
  ['1699999999.000200', '2023-11-14T22:13:19.000200Z'],
  ['1699999999.999999', '2023-11-14T22:13:19.999999Z'],
  ['1699999999', '2023-11-14T22:13:19.000000Z'],
  ['1699999999.5', '2023-11-14T22:13:19.500000Z'],
  ['1699999999.', undefined],
  ['1699999999.0000001', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['', undefined],
];

for (const [text, time] of seconds) {
  test(`event time › of the seconds '${text}'`, () => assert.equal(eventTimeOfSeconds(text), time));
}

test('event time › the order of the texts is the order of the times', () => {
  const ms = fc.integer({ min: -62135596800000, max: 253402300799999 });
  fc.assert(
    fc.property(ms, ms, (a, b) => {
      const [first = assert.fail(), second = assert.fail()] = [eventTime(a), eventTime(b)];
      assert.equal(first < second, a < b);
      assert.equal(eventTime(first), first);
    }),
  );
});
