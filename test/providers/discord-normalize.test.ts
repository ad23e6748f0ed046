import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deletionOf, type NodeState } from '../../src/graph/clock.ts';
import { Fold } from '../../src/graph/converge.ts';
import { eventTime } from '../../src/graph/event-time.ts';
import type { DeliveryChange } from '../../src/graph/store.ts';
import { validateMutations } from '../../src/graph/validate.ts';
import discord from '../../src/providers/discord/index.ts';
import { timeOfSnowflake } from '../../src/providers/discord/graph.ts';
import { fixture, fixtures, identify, normalized } from './discord-support.ts';

const samples = fixtures.filter(({ expected }) => 'mutations' in expected);

for (const one of samples) {
  test(`discord › ${one.name} gives exactly its mutations, from what is stored of it`, () => {
    assert.equal(one.file, `${one.name}.json`);
    const { deliveryId: _, ...expected } = one.expected as { deliveryId: string; mutations: [] };
    assert.deepEqual(normalized(one.payload), expected);
    validateMutations(discord.model, normalized(one.payload).mutations);
  });
}

test('discord › has a fixture of the plain name for each documented event', () => {
  const names = new Set(fixtures.map(({ name }) => name));
  assert.deepEqual(
    discord.events.filter((event) => !names.has(event)),
    [],
  );
});

test('discord › the time in the id of the published example', () => {
  assert.equal(timeOfSnowflake('175928847299117063'), '2016-04-30T11:18:25.796000Z');
});

type Change = Pick<DeliveryChange, 'key' | 'eventTime' | 'mutations'>;

const changes: readonly Change[] = samples.map(({ name, payload, receivedAt }) => {
  const { eventTime: at, mutations } = normalized(payload);
  return { key: `discord:${name}`, eventTime: at ?? eventTime(receivedAt) ?? '', mutations };
});

function graphOf(given: readonly Change[]) {
  const fold = new Fold(new Map<string, NodeState>());
  for (const change of given) fold.add(change);
  const nodes = [...fold.states.values()].map((state) =>
    JSON.stringify([state.ref.key, deletionOf(state) !== undefined, [...state.values].sort()]),
  );
  return {
    nodes: nodes.sort(),
    edges: fold.standing.map(({ type, from, to }) => `${from.key} ${type} ${to.key}`).sort(),
  };
}

test('discord › all events in any order, with any repeated, give one graph', () => {
  const expected = graphOf(changes);
  assert.ok(expected.edges.length > 10);
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...changes], { minLength: changes.length }),
      fc.subarray([...changes]),
      (shuffled, repeated) => {
        assert.deepEqual(graphOf([...repeated, ...shuffled]), expected);
      },
    ),
    { numRuns: 100 },
  );
});

test('discord › a preview that Discord adds to a message says nothing newer than the message', () => {
  const preview = normalized(fixture('MESSAGE_UPDATE.preview').payload);
  assert.deepEqual(preview, normalized(fixture('MESSAGE_CREATE').payload));
});

test('discord › a sample sent twice is two deliveries, but for a relayed one, whose id is a header', () => {
  for (const { name, payload } of samples.filter(({ payload: given }) => !('op' in (given as object)))) {
    const ids = ['one', 'two'].map((id) => identify(discord.freshen?.(payload, { id, at: new Date() })).id);
    assert.notEqual(ids[0], ids[1], name);
  }
});

const broken: readonly (readonly [string, object, RegExp])[] = [
  ['MESSAGE_CREATE', { id: undefined }, /data\.id/],
  ['MESSAGE_DELETE_BULK', { ids: 'all' }, /data\.ids/],
  ['MESSAGE_REACTION_ADD', { user_id: undefined }, /data\.user_id/],
  ['GUILD_MEMBER_ADD', { user: {} }, /data\.user\.id/],
  ['GUILD_ROLE_UPDATE', { role: undefined }, /data\.role/],
  ['CHANNEL_DELETE', { id: 'general' }, /data\.id/],
];

for (const [name, change, message] of broken) {
  test(`discord › ${name} with ${JSON.stringify(change)} is refused, naming the field`, () => {
    const payload = fixture(name).payload as { d: object };
    const given = { ...payload, d: { ...payload.d, ...change } };
    assert.throws(() => normalized(given), { code: 'PAYLOAD_INVALID', message });
  });
}
