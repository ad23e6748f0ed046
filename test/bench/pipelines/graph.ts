import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { quoted } from '../../../src/graph/cypher/statement.ts';
import { openDatabase, Session } from '../../../src/graph/ladybug/engine.ts';
import type { LadybugStore } from '../../../src/graph/ladybug/store.ts';
import type { DeliveryChange } from '../../../src/graph/store.ts';
import { deliveries } from '../deliveries.ts';
import { changeOf, headOf, openGraph } from './graph-of-github.ts';

/*
 * The graph alone: the events of the benchmark, normalized beforehand, written one by one, in batches of 50, and by 200
 * writers at once; into an empty graph and into a large one, in turn.
 */
export interface GraphOrder {
  readonly folder: string;
  readonly nodes: number;
}

/** Events a second. */
export interface GraphSpeed {
  readonly single: number;
  readonly batchesOf50: number;
  readonly writers200: number;
}

export interface GraphResult {
  readonly nodes: number;
  readonly empty: GraphSpeed;
  readonly full: GraphSpeed;
}

const { folder, nodes } = JSON.parse(process.argv[2] ?? '{}') as GraphOrder;
const bufferPoolBytes = 512 * 1024 * 1024;
const filledLabels = ['User', 'Issue', 'Commit', 'Comment'];
/** From the node of the one label to that of the other with the same number, or to one that has them all. */
const filledEdges = [
  { from: 'User', type: 'OPENED', to: 'Issue', hasHub: false },
  { from: 'User', type: 'CREATED', to: 'Comment', hasHub: false },
  { from: 'Issue', type: 'PART_OF', to: 'Repository', hasHub: true },
];
const rowsPerStatement = 10_000;
const rounds = 3;
const eventsPerRound = { single: 40, batchesOf50: 500, writers200: 600 } as const;
let offset = 0;

process.once('disconnect', () => process.exit(1));
const places = { empty: join(folder, 'empty'), full: join(folder, 'full') };
await Promise.all(Object.values(places).map(async (place) => await mkdir(place)));
await (await openGraph(places.full)).close();
await fill(join(places.full, 'graph.lbug'));
const stores = { empty: await openGraph(places.empty), full: await openGraph(places.full) };
await write(stores.empty, await changes(200), 50);
await write(stores.full, await changes(200), 50);
const [empty, full] = await measureInTurn();
process.send?.({ kind: 'result', result: { nodes, empty, full } satisfies GraphResult });
for (const store of Object.values(stores)) await store.close();
process.disconnect();

async function measureInTurn(): Promise<[GraphSpeed, GraphSpeed]> {
  const speeds: [GraphSpeed[], GraphSpeed[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    speeds[0].push(await speedOf(stores.empty));
    speeds[1].push(await speedOf(stores.full));
  }
  return [medianOf(speeds[0]), medianOf(speeds[1])];
}

async function speedOf(store: LadybugStore): Promise<GraphSpeed> {
  return {
    single: await perSecond(eventsPerRound.single, async (all) => await write(store, all, 1)),
    batchesOf50: await perSecond(eventsPerRound.batchesOf50, async (all) => await write(store, all, 50)),
    writers200: await perSecond(eventsPerRound.writers200, async (all) => await writeAtOnce(store, all, 200)),
  };
}

async function perSecond(count: number, work: (all: DeliveryChange[]) => Promise<void>): Promise<number> {
  const all = await changes(count);
  const began = performance.now();
  await work(all);
  return (count / (performance.now() - began)) * 1000;
}

/** One transaction after the other. */
async function write(store: LadybugStore, all: readonly DeliveryChange[], size: number): Promise<void> {
  for (let start = 0; start < all.length; start += size) {
    await Promise.all(all.slice(start, start + size).map(async (change) => await store.apply(change)));
  }
}

/** Each writer goes on when its own change is durable. */
async function writeAtOnce(store: LadybugStore, all: DeliveryChange[], writers: number): Promise<void> {
  const waiting = [...all];
  const keepWriting = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await store.apply(next);
  };
  await Promise.all(Array.from({ length: writers }, keepWriting));
}

async function changes(count: number): Promise<DeliveryChange[]> {
  const all = deliveries(count, offset);
  offset += count;
  return await Promise.all(
    all.map(async ({ id, event, body }) => await changeOf(headOf(id, event, body), body)),
  );
}

/** Nodes and edges that no event of the benchmark speaks of, nearly as many edges as nodes. */
async function fill(path: string): Promise<void> {
  const database = await openDatabase(path, bufferPoolBytes);
  const session = await Session.open(database);
  const perLabel = Math.ceil(nodes / filledLabels.length);
  await createNodes(session, 'Repository', 1);
  for (const label of filledLabels) await createNodes(session, label, perLabel);
  for (const edges of filledEdges) await createEdges(session, edges, perLabel);
  await session.close();
  await database.close();
}

async function createNodes(session: Session, label: string, count: number): Promise<void> {
  const text = `UNWIND $rows AS r CREATE (:${quoted(label)} {\`key\`: r.key, _clock: '{}'})`;
  for (const numbers of pages(count)) {
    await session.run(text, { rows: numbers.map((number) => ({ key: keyOf(label, number) })) });
  }
}

async function createEdges(
  session: Session,
  { from, type, to, hasHub }: (typeof filledEdges)[number],
  count: number,
): Promise<void> {
  const text =
    `UNWIND $rows AS r MATCH (a:${quoted(from)} {\`key\`: r.from}) MATCH (b:${quoted(to)} {\`key\`: r.to}) ` +
    `CREATE (a)-[:${quoted(type)} {stamp: ''}]->(b)`;
  for (const numbers of pages(count)) {
    const rows = numbers.map((number) => ({ from: keyOf(from, number), to: keyOf(to, hasHub ? 0 : number) }));
    await session.run(text, { rows });
  }
}

function* pages(count: number): Generator<number[]> {
  for (let start = 0; start < count; start += rowsPerStatement) {
    yield Array.from({ length: Math.min(rowsPerStatement, count - start) }, (_, index) => start + index);
  }
}

function keyOf(label: string, number: number): string {
  return `bench:${label}:${number}`;
}

function medianOf(speeds: readonly GraphSpeed[]): GraphSpeed {
  const middle = (name: keyof GraphSpeed): number =>
    speeds.map((speed) => speed[name]).sort((a, b) => a - b)[Math.floor(speeds.length / 2)] ?? NaN;
  return { single: middle('single'), batchesOf50: middle('batchesOf50'), writers200: middle('writers200') };
}
