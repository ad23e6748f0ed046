import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { openNeo4jStore } from '../../src/graph/neo4j/store.ts';
import type { DeliveryChange, GraphStore } from '../../src/graph/store.ts';
import { changeOf, dumpOf, edgesOf, make, replayOf, task, testModel, user } from '../support/changes.ts';
import { citingModel, cites, mutations as citingMutations, standsFor } from '../support/citing-changes.ts';
import { findNeo4j, startNeo4j, type TestNeo4j } from '../support/neo4j.ts';
import { openMemory } from '../support/stores.ts';
import type { GraphModel } from '../../src/graph/model.ts';

const found = await findNeo4j();

/** Changes of few nodes, of which each meets many others. */
function busyChanges(count: number): DeliveryChange[] {
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [task(index % 5), user(index % 3)];
    const others = [user(index % 2), user((index + 1) % 4)];
    const said = [
      [make.link(from, 'ASSIGNED_TO', to)],
      [make.unlink(from, 'ASSIGNED_TO', to)],
      [make.replaceOut(from, 'ASSIGNED_TO', others), make.link(from, 'BLOCKS', task((index + 1) % 5))],
      [make.remove(index % 2 === 0 ? from : to)],
    ][(index * 7) % 4];
    return changeOf((index * 13) % 50, [
      make.upsert(from, { name: `n${index}`, points: index }),
      make.upsert(task((index * 3) % 5), { hours: index / 4 }),
      ...(said ?? []),
    ]);
  });
}

async function inMemory(model: GraphModel, changes: readonly DeliveryChange[]): Promise<string> {
  const { store } = await openMemory(model);
  for (const change of changes) await store.apply(change);
  return await dumpOf(store);
}

/** Each change goes to one of the stores, every third to a second one as well; all stores write at the same time. */
async function scatter(stores: readonly GraphStore[], changes: readonly DeliveryChange[]): Promise<void> {
  await Promise.all(
    stores.map(async (store, place) => {
      const own = changes.filter(
        (_, index) =>
          index % stores.length === place || (index % 3 === 0 && (index + 1) % stores.length === place),
      );
      for (let start = 0; start < own.length; start += groupSize)
        await Promise.all(
          own.slice(start, start + groupSize).map(async (change) => await store.apply(change)),
        );
    }),
  );
}

/** Of changes in one transaction: small, so that there are many to meet. */
const groupSize = 3;

suite('Neo4j › several processes at once', { skip: found.skip }, () => {
  let server: TestNeo4j;
  before(async () => {
    server = await startNeo4j(found);
  });
  after(async () => {
    await server.stop();
  });

  for (const [what, model, changesOf] of [
    ['properties, edges, deletions and lists', testModel, () => busyChanges(180)],
    [
      'citations, aliases and what follows from them',
      citingModel,
      () =>
        fc.sample(citingMutations, { numRuns: 120, seed: 7 }).map((said, index) => changeOf(index % 9, said)),
    ],
  ] as const) {
    test(`three stores that write the same keys give the graph of one after the other: ${what}`, async () => {
      const opened = await server.open(model);
      const { store } = opened;
      const others = [await openNeo4jStore(server.options), await openNeo4jStore(server.options)];
      await Promise.all(others.map(async (other) => await other.migrate(model)));
      const changes = changesOf();
      await scatter([store, ...others], changes);
      assert.equal(await dumpOf(store), await inMemory(model, changes));

      const replays = changes
        .filter((_, index) => index % 4 === 0)
        .map((change, index) => replayOf(change, changes[(index * 5 + 1) % changes.length]?.mutations ?? []));
      await scatter([store, ...others], replays);
      assert.equal(await dumpOf(store), await inMemory(model, [...changes, ...replays]));
      await Promise.all(others.map(async (other) => await other.close()));
      await opened.close();
    });
  }

  test('what refers to something that is deleted at the same time refers to nothing', async () => {
    const opened = await server.open(citingModel);
    const { store } = opened;
    const other = await openNeo4jStore(server.options);
    await other.migrate(citingModel);
    const rounds = Array.from({ length: 20 }, (_, index) => index);
    // With many edges a node is locked less strictly by the server itself.
    const many = (n: number) => Array.from({ length: 80 }, (_, index) => cites(1000 + 100 * n + index, n));
    await Promise.all(rounds.map(async (n) => await store.apply(changeOf(1, [standsFor(n, n), ...many(n)]))));
    for (const n of rounds) {
      const item = { label: 'Item', key: `item:${n}` };
      await Promise.all([
        store.apply(changeOf(3, [{ op: 'delete-node', node: item }])),
        other.apply(changeOf(2, [cites(n, n)])),
      ]);
    }
    assert.deepEqual(
      (await edgesOf(store)).filter((edge) => edge.includes('REFERENCES')),
      [],
    );
    await other.close();
    await opened.close();
  });
});
