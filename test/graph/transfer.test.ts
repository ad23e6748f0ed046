import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import fc from 'fast-check';
import { type GraphModel, mergeModels } from '../../src/graph/model.ts';
import { nodesOf } from '../../src/graph/mutation.ts';
import type { DeliveryChange, GraphStore } from '../../src/graph/store.ts';
import { exportLines } from '../../src/graph/transfer/export.ts';
import { type Imported, importLines } from '../../src/graph/transfer/import.ts';
import { discoverProviders } from '../../src/providers/registry.ts';
import { type Day, readDay } from '../scenario/changes-of-day.ts';
import { changeOf, dumpOf, make, replayOf, task, testModel } from '../support/changes.ts';
import { findNeo4j, openNeo4j } from '../support/neo4j.ts';
import { readShippedChanges } from '../support/shipped-changes.ts';
import { openLadybug, openMemory, type OpenTestStore } from '../support/stores.ts';

const neo4j = await findNeo4j();
const ignore = () => undefined;

async function exported(store: GraphStore, { model }: Pick<Day, 'model'>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportLines({ store, model, onProgress: ignore })) lines.push(line.trimEnd());
  return lines;
}

/** What a store of its own exports after these changes, a few of which share a transaction. */
async function exportOf(
  open: OpenTestStore,
  model: GraphModel,
  changes: readonly DeliveryChange[],
): Promise<string[]> {
  const opened = await open(model);
  for (let start = 0; start < changes.length; start += groupSize)
    await applyAll(opened.store, changes.slice(start, start + groupSize));
  const lines = await exported(opened.store, { model });
  await opened.close();
  return lines;
}

const groupSize = 50;

function labelsIn(changes: readonly DeliveryChange[]): Set<string> {
  return new Set(changes.flatMap(({ mutations }) => nodesOf(mutations).map(({ label }) => label)));
}

async function imported(store: GraphStore, lines: readonly string[]): Promise<Imported> {
  return await importLines(store, asyncOf(lines), ignore);
}

async function* asyncOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function applyAll(store: GraphStore, changes: readonly DeliveryChange[]): Promise<void> {
  await Promise.all(changes.map(async (change) => await store.apply(change)));
}

/** By their first difference: what assert shows of long lists takes minutes. */
function assertSame(actual: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((line, index) => line !== actual[index]);
  if (at >= 0) assert.equal(actual[at], expected[at]);
  assert.equal(actual.length, expected.length);
}

const sorted = (lines: readonly string[]) => lines.toSorted();

suite('graph › moving to another store', () => {
  let day: Day;
  before(async () => {
    day = await readDay();
  });

  for (const [from, to, openFrom, openTo] of [
    ['LadybugDB', 'Neo4j', openLadybug, openNeo4j],
    ['Neo4j', 'LadybugDB', openNeo4j, openLadybug],
    ['LadybugDB', 'another LadybugDB', openLadybug, openLadybug],
  ] as const satisfies (readonly [string, string, OpenTestStore, OpenTestStore])[]) {
    const skip = `${from} ${to}`.includes('Neo4j') && neo4j.skip;
    test(
      `from ${from} to ${to}: the same export, and what is late or replayed converges as before`,
      { skip },
      async () => {
        const source = await openFrom(day.model);
        const target = await openTo(day.model);
        const late = day.changes.filter((_, index) => index % 5 === 2);
        await applyAll(
          source.store,
          day.changes.filter((change) => !late.includes(change)),
        );

        const lines = await exported(source.store, day);
        const result = await imported(target.store, lines);
        assert.equal(result.isCopy, true);
        assert.ok(result.deliveries > 10 && result.nodes > 10 && result.edges > 10);
        assertSame(sorted(await exported(target.store, day)), sorted(lines));

        const replayed = day.changes[0];
        assert.ok(replayed);
        const after = [...late, replayOf(replayed, replayed.mutations.slice(1)), ...day.changes.slice(3, 6)];
        for (const store of [source.store, target.store])
          for (const change of after) await store.apply(change);
        assert.equal(await dumpOf(target.store), await dumpOf(source.store));
        assertSame(sorted(await exported(target.store, day)), sorted(await exported(source.store, day)));
        await source.close();
        await target.close();
      },
    );
  }

  test(
    'all shipped fixtures and the day give the same graph in LadybugDB, in their order, and in Neo4j, shuffled and twice',
    { skip: neo4j.skip },
    async () => {
      const shipped = await readShippedChanges();
      const changes = [...shipped.changes, ...day.changes];
      const model = mergeModels([shipped.model, day.model]);
      const { providers } = await discoverProviders();
      assert.deepEqual(new Set(shipped.changes.map(({ provider }) => provider)), new Set(providers.keys()));

      const inOrder = await exportOf(openLadybug, model, changes);
      const labels = new Set(inOrder.flatMap((line) => (JSON.parse(line) as { label?: string }).label ?? []));
      assert.deepEqual(labels, labelsIn(changes));
      const twice = [...changes, ...changes];
      const orders = fc.shuffledSubarray(twice, { minLength: twice.length });
      await fc.assert(
        fc.asyncProperty(orders, async (order) => {
          assertSame(await exportOf(openNeo4j, model, order), inOrder);
        }),
        { numRuns: 1, endOnFailure: true },
      );
    },
  );

  test('into a store that has a graph, the two converge, and again is no harm', async () => {
    const [source, target, all] = await Promise.all([openLadybug(), openLadybug(), openMemory()]);
    const changes = [1, 2, 3, 4].map((n) =>
      changeOf(n, [
        make.upsert(task(n % 2), { name: `n${n}`, points: n }),
        make.link(task(n), 'BLOCKS', task(n % 2)),
      ]),
    );
    await applyAll(source.store, changes.slice(0, 3));
    await applyAll(target.store, changes.slice(2));
    await applyAll(all.store, changes);
    const lines = await exported(source.store, { model: testModel });
    for (const skipped of [0, 0]) {
      const result = await imported(target.store, lines);
      assert.deepEqual([result.isCopy, result.skipped], [false, skipped]);
      assert.equal(await dumpOf(target.store), await dumpOf(all.store));
    }
    await Promise.all([source.close(), target.close()]);
  });

  test('a file that is cut, changed, or not an export is refused with the line', async () => {
    const source = await openLadybug();
    await source.store.apply(changeOf(1, [make.upsert(task(1), { name: 'one' })]));
    const lines = await exported(source.store, { model: testModel });
    await source.close();
    for (const [wrong, message] of [
      [lines.slice(0, -1), /Line 3 of the file: the file ends before its end/],
      [[...lines.slice(0, 1), ...lines.slice(2)], /does not have what its end says/],
      [lines.map((line) => line.replace('"clock":', '"clock":"x","c":')), /Line 3 of the file: the line/],
      [lines.slice(1), /Line 1 of the file: an export begins with its head/],
      [[...lines, lines[1] ?? ''], /Line 5 of the file: nothing comes after the end/],
      [['hello'], /Line 1 of the file: the line is not what an export/],
      [
        lines.map((line) => line.replace('"name":"one"},"clock"', '"name":"two"},"clock"')),
        /does not have what its end/,
      ],
    ] as const) {
      const target = await openMemory();
      await assert.rejects(async () => await imported(target.store, wrong), {
        code: 'GRAPH_REJECTED',
        message,
      });
      await target.close();
    }
  });

  test('a delivery that does not fit the model, which could not be read again, stops the export', async () => {
    const source = await openLadybug();
    await source.store.apply(changeOf(1, [make.upsert(task(1), { name: 'one' })]));
    await assert.rejects(async () => await exported(source.store, { model: { nodes: {}, edges: {} } }), {
      code: 'GRAPH_REJECTED',
      message: /no label Task\. Enable/,
    });
    await source.close();
  });
});
