import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../src/ingress/turns.ts';

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('turns › a burst begins in several turns, in its order, and all of it does', async () => {
  const turns = new Turns();
  const begun: number[] = [];
  const counts: number[] = [];
  for (let n = 0; n < 10; n += 1) turns.take({}, () => begun.push(n));
  for (let turn = 0; turn < 4; turn += 1) {
    await nextTurn();
    counts.push(begun.length);
  }
  assert.deepEqual(counts, [4, 8, 10, 10]);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('turns › what comes while others begin waits behind them, and later ones begin too', async () => {
  const turns = new Turns();
  const begun: string[] = [];
  turns.take({}, () => {
    begun.push('first');
    turns.take({}, () => begun.push('from within'));
  });
  turns.take({}, () => begun.push('second'));
  await nextTurn();
  await nextTurn();
  assert.deepEqual(begun, ['first', 'second', 'from within']);
  turns.take({}, () => begun.push('later'));
  await nextTurn();
  assert.equal(begun.at(-1), 'later');
});

test('turns › of one connection one waits, however many it sends', async () => {
  const turns = new Turns();
  const connection = {};
  let begun = 0;
  for (let n = 0; n < 1000; n += 1) turns.take(connection, () => (begun += 1));
  assert.equal(begun, 999);
  await nextTurn();
  assert.equal(begun, 1000);
});
