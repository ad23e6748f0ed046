import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { EdgeAssertion } from '../../src/graph/converge.ts';
import { MemoryStore } from '../../src/graph/memory.ts';
import type { DeliveryChange, DumpLine, GraphStore } from '../../src/graph/store.ts';
import { changeOf, dumpOf, edgesOf, replayOf } from '../support/changes.ts';
import { citingModel as model, cites, history, mutations, standsFor } from '../support/citing-changes.ts';
import { findNeo4j, openNeo4j } from '../support/neo4j.ts';
import { openLadybug, openMemory } from '../support/stores.ts';

async function lines(store: GraphStore): Promise<Extract<DumpLine, { kind: 'edge' }>[]> {
  const edges: Extract<DumpLine, { kind: 'edge' }>[] = [];
  for await (const line of store.dump()) if (line.kind === 'edge') edges.push(line);
  return edges;
}

/** What must stand, by the definition: each writer with each target that one of its aliases stands for. */
function referencesBy(edges: Awaited<ReturnType<typeof lines>>): string[] {
  const found = edges.flatMap((cited) =>
    cited.type !== 'CITES'
      ? []
      : edges
          .filter(({ type, from }) => type === 'STANDS_FOR' && from.key === cited.to.key)
          .filter(({ to }) => to.key !== cited.from.key)
          .map(({ to }) => `${cited.from.key} -> ${to.key}`),
  );
  return [...new Set(found)].sort();
}

async function check(store: GraphStore): Promise<void> {
  const edges = await lines(store);
  const references = edges.filter(({ type }) => type === 'REFERENCES');
  assert.deepEqual(references.map(({ from, to }) => `${from.key} -> ${to.key}`).sort(), referencesBy(edges));
}

function canonical(changes: readonly DeliveryChange[]): DeliveryChange[] {
  const order = (change: DeliveryChange) => `${change.eventTime} ${change.key}`;
  return changes.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

async function canonicalDump(changes: readonly DeliveryChange[]): Promise<string> {
  const opened = await openMemory(model);
  const { store } = opened;
  for (const change of canonical(changes)) await store.apply(change);
  const dump = await dumpOf(store);
  await opened.close();
  return dump;
}

const neo4j = await findNeo4j();
const skipped = (name: string) => ({ skip: name === 'Neo4j' && neo4j.skip });

suite('graph › references', () => {
  for (const [name, open, numRuns] of [
    ['memory', openMemory, 1000],
    ['LadybugDB', openLadybug, 10],
    ['Neo4j', openNeo4j, 10],
  ] as const) {
    test(
      `${name}: whichever comes first, a citation and its alias make a reference`,
      skipped(name),
      async () => {
        for (const order of [
          [cites(1, 1), standsFor(1, 1)],
          [standsFor(1, 1), cites(1, 1)],
        ]) {
          const opened = await open(model);
          const { store } = opened;
          for (const [index, one] of order.entries()) await store.apply(changeOf(index, [one]));
          assert.ok((await edgesOf(store)).includes('note:1 -REFERENCES-> item:1'));
          await store.apply(changeOf(9, [cites(1)]));
          assert.deepEqual(
            (await edgesOf(store)).filter((edge) => edge.includes('REFERENCES')),
            [],
            'a text that no longer names it refers to it no longer',
          );
          await opened.close();
        }
      },
    );

    test(
      `${name}: references are what citations and aliases say, in any order and with duplicates`,
      skipped(name),
      async () => {
        const scenario = history.chain((changes) =>
          fc.record({
            changes: fc.constant(changes),
            order: fc.shuffledSubarray([...changes, ...changes.slice(0, 3)], { minLength: changes.length }),
          }),
        );
        await fc.assert(
          fc.asyncProperty(scenario, async ({ changes, order }) => {
            const opened = await open(model);
            const { store } = opened;
            const applied = [...order, ...changes];
            await Promise.all(applied.slice(0, 4).map(async (change) => await store.apply(change)));
            for (const change of applied.slice(4)) await store.apply(change);
            await check(store);
            assert.equal(await dumpOf(store), await canonicalDump(changes));
            await opened.close();
          }),
          { numRuns },
        );
      },
    );

    test(`${name}: a replay that says something else takes its references along`, skipped(name), async () => {
      await fc.assert(
        fc.asyncProperty(history, fc.nat(), mutations, async (changes, pick, revised) => {
          const chosen = changes[pick % changes.length];
          assert.ok(chosen);
          const opened = await open(model);
          const { store } = opened;
          for (const change of changes) await store.apply(change);
          await store.apply(replayOf(chosen, revised));
          await check(store);
          const fresh = changes.map((change) =>
            change === chosen ? { ...change, mutations: revised } : change,
          );
          assert.equal(await dumpOf(store), await canonicalDump(fresh));
          await opened.close();
        }),
        { numRuns: numRuns / 2 },
      );
    });
  }

  test('an event of what many cite asks none of them, unless its name stands for something else now', async () => {
    const store = new AskedStore();
    await store.migrate(model);
    for (const n of [1, 2, 3]) await store.apply(changeOf(n, [cites(n, 1)]));
    await store.apply(changeOf(4, [standsFor(1, 1)]));
    assert.equal(store.citing, 3);
    store.citing = 0;
    await store.apply(changeOf(5, [standsFor(1, 1)]));
    await store.apply(changeOf(2, [standsFor(1, 1)]));
    assert.equal(store.citing, 0);
    await store.apply(changeOf(6, [standsFor(1, 2)]));
    assert.equal(store.citing, 3);
    await check(store);
  });
});

/** Counts the citations that it was asked for by what they cite. */
class AskedStore extends MemoryStore {
  citing = 0;

  override async readEdges(...asked: Parameters<MemoryStore['readEdges']>): Promise<EdgeAssertion[]> {
    const edges = await super.readEdges(...asked);
    if (asked[0] === 'CITES' && asked[1] === 'in') this.citing += edges.length;
    return edges;
  }
}
