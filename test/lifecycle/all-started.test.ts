import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allStarted } from '../../src/lifecycle/all-started.ts';

test('all started › gives the results in their order', async () => {
  assert.deepEqual(await allStarted([Promise.resolve(1), Promise.resolve('two')]), [1, 'two']);
});

test('all started › throws the error of one only when the others have begun what they begin', async () => {
  let hasBegun = false;
  const slow = new Promise<void>((resolve) => setImmediate(resolve)).then(() => (hasBegun = true));
  const failing = Promise.reject(new Error('no'));
  await assert.rejects(allStarted([failing, slow]), { message: 'no' });
  assert.ok(hasBegun);
});
