import { suite, test } from 'node:test';
import { killedAt } from '../support/killed-at.ts';

suite('killed -9 while it writes the graph, every acknowledged delivery has its effect exactly once', () => {
  test('in the middle of a transaction of the graph, twice', async (t) => {
    await killedAt(t, 'graph:midway');
  });

  test('after a commit of the graph and before its answer, twice', async (t) => {
    await killedAt(t, 'graph:committed');
  });
});
