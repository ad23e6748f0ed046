import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deletionOf, type NodeState } from '../../src/graph/clock.ts';
import { Fold } from '../../src/graph/converge.ts';
import { eventTime } from '../../src/graph/event-time.ts';
import type { DeliveryChange } from '../../src/graph/store.ts';
import { bodyOf, eventOf, fixtures, type InnerEvent, normalized } from './slack-support.ts';

type Change = Pick<DeliveryChange, 'key' | 'eventTime' | 'mutations'>;

function changeOf(key: string, given: unknown, receivedAt = '2026-03-02T13:00:00.000Z'): Change {
  const { eventTime: at, mutations } = normalized(given);
  return { key: `slack:${key}`, eventTime: at ?? eventTime(receivedAt) ?? '', mutations };
}

/** What a reader of the graph sees: nodes with their values, those that are gone, and edges. */
function graphOf(changes: readonly Change[]) {
  const fold = new Fold(new Map<string, NodeState>());
  for (const change of changes) fold.add(change);
  const states = [...fold.states.values()];
  const gone = states.filter((state) => deletionOf(state) !== undefined).map(({ ref }) => ref.key);
  const nodes = states.map(({ ref, values }) => [ref.key, Object.fromEntries([...values].sort())] as const);
  const edges = fold.standing.map(({ type, from, to }) => `${from.key} ${type} ${to.key}`);
  return { nodes: Object.fromEntries(nodes.sort()), gone: gone.sort(), edges: edges.sort() };
}

const all = fixtures
  .filter(({ expected }) => 'mutations' in expected)
  .map((one) => changeOf(one.name, bodyOf(one), one.receivedAt));

test('slack › all events in any order, with any repeated, give one graph', () => {
  const expected = graphOf(all);
  assert.ok(expected.edges.length > 20);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.subarray(all),
      (shuffled, repeated) => {
        assert.deepEqual(graphOf([...repeated, ...shuffled]), expected);
      },
    ),
    { numRuns: 100 },
  );
});

const [channel, user, ts] = ['C02GENERAL1', 'U02ANN00001', '1772446560.000600'];
const key = `slack:message:${channel}:${ts}`;
const at = (seconds: number) => `${1772446560 + seconds}.000600`;
const change = (event: InnerEvent) => changeOf(`${event.type}-${String(event['event_ts'])}`, eventOf(event));

const posted = change({ type: 'message', channel, user, text: 'Hi <@U02BEN00001>', ts, event_ts: ts });
const edit = (seconds: number, text: string) =>
  change({
    ...{ type: 'message', subtype: 'message_changed', channel, event_ts: at(seconds) },
    message: { user, text, ts, edited: { user, ts: at(seconds) } },
  });
const edits = [edit(10, 'Hi <@U02CARL0001>'), edit(20, 'Hi all')];
const reaction = { user, reaction: 'eyes', item: { type: 'message', channel, ts } };
const reacted = change({ type: 'reaction_added', ...reaction, event_ts: at(15) });
const unreacted = change({ type: 'reaction_removed', ...reaction, event_ts: at(30) });
const deleted = change({
  ...{ type: 'message', subtype: 'message_deleted', channel, deleted_ts: ts, event_ts: at(40) },
});

function everyOrder(changes: readonly Change[], check: (graph: ReturnType<typeof graphOf>) => void): void {
  fc.assert(
    fc.property(fc.shuffledSubarray([...changes], { minLength: changes.length }), (shuffled) => {
      check(graphOf(shuffled));
    }),
    { numRuns: 200 },
  );
}

test('slack › the newest text counts, and only what it mentions, in every order', () => {
  everyOrder([posted, ...edits], ({ nodes, edges }) => {
    assert.equal(nodes[key]?.['text'], 'Hi all');
    assert.equal(nodes[key]?.['created_at'], '2026-03-02T10:16:00.000600Z');
    assert.equal(nodes[key]?.['updated_at'], '2026-03-02T10:16:20.000600Z');
    assert.deepEqual(
      edges.filter((edge) => edge.includes('MENTIONS')),
      [],
    );
  });
  everyOrder([posted, edits[0]!], ({ edges }) => {
    assert.ok(edges.includes(`${key} MENTIONS slack:user:U02CARL0001`));
    assert.ok(!edges.includes(`${key} MENTIONS slack:user:U02BEN00001`));
  });
});

test('slack › a deleted message stays deleted, whatever comes after it', () => {
  everyOrder([posted, ...edits, reacted, unreacted, deleted], ({ gone, edges }) => {
    assert.ok(gone.includes(key));
    assert.deepEqual(
      edges.filter((edge) => edge.includes(key)),
      [],
    );
  });
});

test('slack › a reaction that was taken back is gone, one that was given again is there', () => {
  const again = change({ type: 'reaction_added', ...reaction, event_ts: at(35) });
  const it = `slack:reaction:${channel}:${ts}:${user}:eyes`;
  everyOrder([posted, reacted, unreacted], ({ gone }) => assert.ok(gone.includes(it)));
  everyOrder([posted, reacted, unreacted, again], ({ gone, edges }) => {
    assert.ok(!gone.includes(it));
    assert.ok(edges.includes(`${key} HAS_REACTION ${it}`));
  });
});

test('slack › who left is no member, who came back is one', () => {
  const member = { user, channel, channel_type: 'C' };
  const joined = change({ type: 'member_joined_channel', ...member, event_ts: at(0) });
  const left = change({ type: 'member_left_channel', ...member, event_ts: at(1) });
  const back = change({ type: 'member_joined_channel', ...member, event_ts: at(2) });
  const edge = `slack:user:${user} MEMBER_OF slack:channel:${channel}`;
  everyOrder([joined, left], ({ edges }) => assert.ok(!edges.includes(edge)));
  everyOrder([joined, left, back], ({ edges }) => assert.ok(edges.includes(edge)));
});
