import { suite, test } from 'node:test';
import { killedAt } from '../support/killed-at.ts';

suite('killed -9 in the inbox, every acknowledged delivery has its effect exactly once', () => {
  test('between the write to the inbox and the answer, twice', async (t) => {
    await killedAt(t, 'inbox:durable');
  });

  test('while the inbox forwards, twice', async (t) => {
    await killedAt(t, 'inbox:forwarding');
  });

  test('after Temporal has a delivery and before the inbox knows, twice', async (t) => {
    await killedAt(t, 'inbox:forwarded');
  });
});
