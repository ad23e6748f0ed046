import assert from 'node:assert/strict';
import { test } from 'node:test';
import clickup from '../../src/providers/clickup/index.ts';
import { deliveryOf, fixture, fixtures, settings } from './clickup-support.ts';

const { enrich } = clickup;
assert.ok(enrich);
const withToken = { ...settings, api_token: 'pk_1' };

const needs: readonly (readonly [string, boolean])[] = [
  ['taskCreated', true],
  ['taskCreated.thin', true],
  ['taskUpdated', true],
  ['taskUpdated.unknown-field', true],
  ['taskStatusUpdated', false],
  ['taskMoved', false],
  ['taskDeleted', false],
  ['listCreated', false],
  ['goalUpdated', false],
  ['docUpdated', false],
  ['automation', false],
  ['automation.legacy', false],
];

for (const [name, needed] of needs) {
  test(`clickup › ${name} ${needed ? 'is' : 'is not'} enriched`, () => {
    assert.equal(enrich.needed(deliveryOf(fixture(name).payload), withToken), needed);
  });
}

test('clickup › a specific event that has nothing to read is enriched', () => {
  const payload = {
    event: 'taskTagUpdated',
    webhook_id: 'w',
    task_id: 't',
    history_items: [{ field: 'new' }],
  };
  assert.equal(enrich.needed(deliveryOf(payload), withToken), true);
});

test('clickup › without a token nothing is enriched', () => {
  for (const { payload } of fixtures) {
    assert.equal(enrich.needed(deliveryOf(payload), settings), false);
  }
});
