import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventTime } from '../../src/graph/event-time.ts';
import slack from '../../src/providers/slack/index.ts';
import { dumpOf } from '../support/changes.ts';
import { openLadybug, openMemory, type OpenTestStore } from '../support/stores.ts';
import { bodyOf, fixtures, normalized } from './slack-support.ts';

const samples = fixtures.filter(({ expected }) => 'mutations' in expected);

async function graphOf(open: OpenTestStore, order: readonly (typeof samples)[number][]): Promise<string> {
  const opened = await open(slack.model);
  try {
    for (const { name, eventType, receivedAt, ...one } of order) {
      const { eventTime: at, mutations } = normalized(bodyOf(one));
      const happened = at ?? eventTime(receivedAt) ?? '';
      const run = { runId: name, firstRunId: name, bodySha256: '' };
      const delivery = { key: `slack:${name}`, provider: 'slack', deliveryId: name, eventType, receivedAt };
      await opened.store.apply({ ...delivery, ...run, eventTime: happened, mutations });
    }
    return await dumpOf(opened.store);
  } finally {
    await opened.close();
  }
}

test('slack › LadybugDB takes every event, in one order and its reverse, as memory does', async () => {
  const expected = await graphOf(openMemory, samples);
  assert.ok(expected.includes('"IN_CHANNEL"'));
  assert.equal(await graphOf(openLadybug, samples), expected);
  assert.equal(await graphOf(openLadybug, [...samples].reverse()), expected);
});
