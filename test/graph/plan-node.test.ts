import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Fold } from '../../src/graph/converge.ts';
import { decodeClock, encodeClock, type NodeState } from '../../src/graph/clock.ts';
import type { Mutation } from '../../src/graph/mutation.ts';
import { planNode, snapshotOf } from '../../src/graph/plan-node.ts';
import { changeOf, make, task, user } from '../support/changes.ts';

const first = make.upsert(task(1), { name: 'one', points: 3 });

/** What is to write of the task after it was as the first mutation says. */
function writeAfter(minute: number, ...mutations: Mutation[]): string | undefined {
  const states = new Map<string, NodeState>();
  const fold = new Fold(states);
  fold.add(changeOf(5, [first]));
  const state = states.get(task(1).key);
  assert.ok(state);
  const before = snapshotOf(state);
  fold.add(changeOf(minute, mutations));
  return planNode(state, before)?.write;
}

suite('graph › what is to write of a node', () => {
  test('one that is not there yet is made', () => {
    const states = new Map<string, NodeState>();
    new Fold(states).add(changeOf(1, [first]));
    const [state] = states.values();
    assert.ok(state);
    assert.equal(planNode(state, undefined)?.write, 'made');
  });

  for (const [what, expected, minute, ...mutations] of [
    ['the same values later move its clock', 'clock', 6, first],
    ['an edge that ends is in its clock', 'clock', 6, make.unlink(task(1), 'ASSIGNED_TO', user(1))],
    ['an edge to it changes nothing of it', undefined, 6, make.link(task(1), 'ASSIGNED_TO', user(1))],
    ['what is older than all it knows changes nothing', undefined, 4, make.upsert(task(1), { name: 'old' })],
    ['what is older, but new to it, is a value', 'whole', 4, make.upsert(task(1), { hours: 1 })],
    ['another value', 'whole', 6, make.upsert(task(1), { name: 'two' })],
    ['a value that becomes null', 'whole', 6, make.upsert(task(1), { name: null })],
    ['its deletion', 'whole', 6, make.remove(task(1))],
  ] as const) {
    test(what, () => {
      assert.equal(writeAfter(minute, ...mutations), expected);
    });
  }

  test('lists are held against each other by their items', () => {
    const state = decodeClock(task(1), '{}', new Map([['tags', ['a', 'b']]]));
    const before = snapshotOf(state);
    for (const [tags, expected] of [
      [['a', 'b'], undefined],
      [['a', 'c'], 'whole'],
      [['a'], 'whole'],
    ] as const) {
      const now = decodeClock(task(1), encodeClock(state), new Map([['tags', tags]]));
      assert.equal(planNode(now, before)?.write, expected);
    }
  });
});
