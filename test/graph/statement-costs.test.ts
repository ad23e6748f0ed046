import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatementCosts } from '../../src/graph/ladybug/statement-costs.ts';

test('statement costs › what was never measured runs together', () => {
  assert.equal(new StatementCosts().isCheaperAlone('a', 1), false);
});

test('statement costs › few rows of a statement that takes long run alone, many together', () => {
  const costs = new StatementCosts();
  costs.tookTogether('a', 20);
  assert.equal(costs.isCheaperAlone('a', 3), true);
  assert.equal(costs.isCheaperAlone('a', 30), false);
  assert.equal(costs.isCheaperAlone('b', 3), false);
});

test('statement costs › one slow moment is forgotten', () => {
  const costs = new StatementCosts();
  costs.tookTogether('a', 5000);
  let asked = 0;
  while (costs.isCheaperAlone('a', 10)) asked += 1;
  assert.ok(asked < 1000);
});
