import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Mutation, NodeRef } from '../../src/graph/mutation.ts';
import type { DeliveryChange } from '../../src/graph/store.ts';
import { changeOf, dumpOf, make, minute, replayOf, task, user } from '../support/changes.ts';
import { findNeo4j, openNeo4j } from '../support/neo4j.ts';
import { openLadybug, openMemory, type OpenTestStore } from '../support/stores.ts';

const someTask = fc.integer({ min: 1, max: 3 }).map(task);
const someUser = fc.integer({ min: 1, max: 3 }).map(user);
const time = fc.integer({ min: 0, max: 5 }).map(minute);
const at = fc.option(time, { nil: undefined });

/** Few keys and few times, so that everything meets everything, equal times included. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc
    .tuple(
      someTask,
      fc.option(fc.constantFrom('a', 'b', 'c')),
      fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      at,
    )
    .map(([node, name, points, t]) => make.upsert(node, { name, points }, t)),
  fc.tuple(someUser, fc.constantFrom('x', 'y'), at).map(([node, name, t]) => make.upsert(node, { name }, t)),
  fc
    .tuple(fc.oneof<fc.Arbitrary<NodeRef>[]>(someTask, someUser), at)
    .map(([node, t]): Mutation => ({ op: 'delete-node', node, ...(t === undefined ? {} : { at: t }) })),
  fc.tuple(someTask, someUser, at).map(([from, to, t]) => make.link(from, 'ASSIGNED_TO', to, t)),
  fc.tuple(someTask, someUser, at).map(([from, to, t]) => make.unlink(from, 'ASSIGNED_TO', to, t)),
  fc.tuple(someTask, someTask, at).map(([from, to, t]) => make.link(from, 'BLOCKS', to, t)),
  fc
    .tuple(someTask, fc.array(someUser, { maxLength: 3 }), at)
    .map(([from, to, t]) => make.replaceOut(from, 'ASSIGNED_TO', to, t)),
  fc
    .tuple(someUser, fc.array(someTask, { maxLength: 2 }), at)
    .map(([to, from, t]) => make.replaceIn(to, 'ASSIGNED_TO', from, t)),
);
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
const history = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), mutations), { minLength: 1, maxLength: 12 })
  .map((events) =>
    events.map(([t, list], index) => changeOf(t, list, { deliveryId: String(index), key: `test:${index}` })),
  );

async function graphOf(
  open: OpenTestStore,
  batches: readonly (readonly DeliveryChange[])[],
): Promise<string> {
  const opened = await open();
  try {
    for (const batch of batches)
      await Promise.all(batch.map(async (change) => await opened.store.apply(change)));
    return await dumpOf(opened.store);
  } finally {
    await opened.close();
  }
}

/** The order that defines the graph: event time, then the delivery's key; one by one. */
function canonical(changes: readonly DeliveryChange[]): DeliveryChange[][] {
  const order = (change: DeliveryChange) => `${change.eventTime} ${change.key}`;
  return changes.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).map((change) => [change]);
}

/** The same changes in another order, some of them twice, in groups of random size. */
const shuffled = history.chain((changes) =>
  fc
    .tuple(
      fc.shuffledSubarray([...changes, ...changes.slice(0, 3)], {
        minLength: Math.min(changes.length + 3, changes.length * 2),
      }),
      fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
    )
    .map(([order, sizes]) => {
      const batches: DeliveryChange[][] = [];
      for (let start = 0; start < order.length;) {
        const size = sizes.next().value as number;
        batches.push(order.slice(start, start + size));
        start += size;
      }
      return { changes, batches };
    }),
);

const neo4j = await findNeo4j();
const skipped = (name: string) => ({ skip: name === 'Neo4j' && neo4j.skip });

suite('graph › convergence', () => {
  for (const [name, open, numRuns] of [
    ['memory', openMemory, 1500],
    ['LadybugDB', openLadybug, 12],
    ['Neo4j', openNeo4j, 12],
  ] as const) {
    test(
      `${name}: any order, any duplicates and any groups give the canonical graph (${numRuns} histories)`,
      skipped(name),
      async () => {
        await fc.assert(
          fc.asyncProperty(shuffled, async ({ changes, batches }) => {
            assert.equal(await graphOf(open, batches), await graphOf(openMemory, canonical(changes)));
          }),
          { numRuns },
        );
      },
    );

    test(
      `${name}: a replay gives the graph in which only its new version was ever applied`,
      skipped(name),
      async () => {
        const scenario = fc.tuple(history, fc.nat(), mutations);
        await fc.assert(
          fc.asyncProperty(scenario, async ([changes, pick, revised]) => {
            const chosen = changes[pick % changes.length];
            assert.ok(chosen);
            const replayed = graphOf(open, [
              ...changes.map((change) => [change]),
              [replayOf(chosen, revised)],
            ]);
            const fresh = changes.map((change) =>
              change === chosen ? { ...change, mutations: revised } : change,
            );
            assert.equal(await replayed, await graphOf(openMemory, canonical(fresh)));
          }),
          { numRuns: Math.ceil(numRuns / 2) },
        );
      },
    );
  }
});
