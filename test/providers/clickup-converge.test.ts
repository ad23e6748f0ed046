import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deletionOf, type NodeState } from '../../src/graph/clock.ts';
import { Fold } from '../../src/graph/converge.ts';
import { eventTime } from '../../src/graph/event-time.ts';
import type { DeliveryChange } from '../../src/graph/store.ts';
import { fixtures, normalized } from './clickup-support.ts';

type Change = Pick<DeliveryChange, 'key' | 'eventTime' | 'mutations'>;

const changes: ReadonlyMap<string, Change> = new Map(
  await Promise.all(
    fixtures.map(async (one) => {
      const { eventTime: at, mutations } = await normalized(one);
      const happened = at ?? eventTime(one.receivedAt) ?? '';
      return [one.name, { key: `clickup:${one.name}`, eventTime: happened, mutations }] as const;
    }),
  ),
);

/** What a reader of the graph sees: nodes with their values, and edges; not which delivery said so. */
function graphOf(given: readonly Change[]) {
  const states = new Map<string, NodeState>();
  const fold = new Fold(states);
  for (const change of given) fold.add(change);
  const nodes = [...fold.states.values()].map((state) => {
    const values = [...state.values].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([state.ref.key, deletionOf(state) !== undefined, values]);
  });
  const edges = fold.standing.map(({ type, from, to }) => `(${from.key})-[${type}]->(${to.key})`);
  return { nodes: nodes.sort(), edges: edges.sort() };
}

function without(...names: readonly string[]): Change[] {
  return [...changes].filter(([name]) => !names.includes(name)).map(([, change]) => change);
}

test('clickup › all events in any order, with any repeated, give one graph', () => {
  const all = [...changes.values()];
  const expected = graphOf(all);
  assert.ok(expected.edges.length > 0);
  const order = fc.shuffledSubarray(all, { minLength: all.length });
  fc.assert(
    fc.property(order, fc.subarray(all), (shuffled, repeated) => {
      assert.deepEqual(graphOf([...repeated, ...shuffled]), expected);
    }),
    { numRuns: 100 },
  );
});

const twins = [
  'taskStatusUpdated.created',
  'taskUpdated.status',
  'taskUpdated.priority',
  'taskUpdated.assignee-added',
  'taskUpdated.assignee-removed',
  'taskUpdated.moved',
  'taskUpdated.commented',
];

test('clickup › the twins of events change nothing a second time, at whatever point of the day', () => {
  for (const ended of [
    [],
    ['taskDeleted', 'taskCreated.gone', 'listDeleted', 'spaceDeleted', 'folderDeleted'],
  ]) {
    assert.deepEqual(graphOf(without(...ended, ...twins)), graphOf(without(...ended)));
  }
});

test('clickup › before it was deleted, the task is in one list, has one status, and its comment has the newest text', () => {
  const ended = [
    'taskDeleted',
    'taskCreated.gone',
    'automation',
    'automation.legacy',
    'taskUpdated.custom-field',
  ];
  const { nodes, edges } = graphOf(without(...ended, 'listDeleted', 'spaceDeleted', 'folderDeleted'));
  const from = (type: string) =>
    edges.filter((edge) => edge.startsWith(`(clickup:task:86c2q7x1a)-[${type}]`));
  assert.deepEqual(from('HAS_STATUS'), [
    '(clickup:task:86c2q7x1a)-[HAS_STATUS]->(clickup:status:in%20progress)',
  ]);
  assert.deepEqual(from('HAS_PRIORITY'), []);
  assert.deepEqual(from('ASSIGNED_TO'), []);
  assert.deepEqual(from('TAGGED_WITH'), [
    '(clickup:task:86c2q7x1a)-[TAGGED_WITH]->(clickup:tag:go%20to%20market)',
  ]);
  assert.equal(from('BELONGS_TO').length, 1);
  assert.equal(edges.filter((edge) => edge.endsWith('[CONTAINS]->(clickup:task:86c2q7x1a)')).length, 1);
  assert.ok(
    nodes.some((node) => node.includes('clickup:comment:90120445566') && node.includes('second tab')),
  );
});
