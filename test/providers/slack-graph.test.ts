import assert from 'node:assert/strict';
import { test } from 'node:test';
import slack from '../../src/providers/slack/index.ts';
import { graphOf } from '../support/provider-graph.ts';
import { openLadybug, openMemory } from '../support/stores.ts';
import { bodyOf, fixtures, normalized } from './slack-support.ts';

const samples = fixtures
  .filter(({ expected }) => 'mutations' in expected)
  .map((fixture) => ({ fixture, ...normalized(bodyOf(fixture)) }));

test('slack › LadybugDB takes every event, in one order and its reverse, as memory does', async () => {
  const expected = await graphOf(openMemory, slack.model, samples);
  assert.ok(expected.includes('"IN_CHANNEL"'));
  assert.equal(await graphOf(openLadybug, slack.model, samples), expected);
  assert.equal(await graphOf(openLadybug, slack.model, samples.toReversed()), expected);
});
