import assert from 'node:assert/strict';
import { test } from 'node:test';
import discord from '../../src/providers/discord/index.ts';
import { graphOf } from '../support/provider-graph.ts';
import { openLadybug, openMemory } from '../support/stores.ts';
import { fixtures, normalized } from './discord-support.ts';

const samples = fixtures
  .filter(({ expected }) => 'mutations' in expected)
  .map((fixture) => ({ fixture, ...normalized(fixture.payload) }));

test('discord › LadybugDB takes every event, in one order and its reverse, as memory does', async () => {
  const expected = await graphOf(openMemory, discord.model, samples);
  assert.ok(expected.includes('"IN_CHANNEL"'));
  assert.equal(await graphOf(openLadybug, discord.model, samples), expected);
  assert.equal(await graphOf(openLadybug, discord.model, samples.toReversed()), expected);
});
