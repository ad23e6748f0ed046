import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundedKey, idempotencyKey, sha256Hex } from '../../src/delivery.ts';

const sound = /^(?!.*["'\\])[!-.0-~]{1,200}$/;

test('delivery › a sound key is kept as it is', () => {
  for (const key of ['a', '72d3162e-cc78-11e3-81ab-4c9367dc0958', 'x'.repeat(200), 'task:86c?&%~']) {
    assert.equal(boundedKey(key), key);
  }
});

test('delivery › another keeps a readable beginning and the digest of the whole', () => {
  const cases = [
    ['orders/1', 'orders_1'],
    ['two words', 'two_words'],
    [`a"b'c\\d`, 'a_b_c_d'],
    ['größe', 'gr_e'],
    ['', ''],
    ['x'.repeat(201), 'x'.repeat(120)],
  ] as const;
  for (const [key, readable] of cases) assert.equal(boundedKey(key), `${readable}~${sha256Hex(key)}`);
});

test('delivery › every key is sound, and different texts have different keys', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400, unit: 'binary' }), fc.string({ maxLength: 400 }), (a, b) => {
      assert.match(boundedKey(a), sound);
      assert.equal(boundedKey(a) === boundedKey(b), a === b);
      assert.equal(boundedKey(boundedKey(a)), boundedKey(a));
    }),
  );
});

test('delivery › the same id of two providers is two keys', () => {
  assert.equal(idempotencyKey('github', 'd-1'), 'github:d-1');
  assert.notEqual(idempotencyKey('github', 'd-1'), idempotencyKey('clickup', 'd-1'));
});
