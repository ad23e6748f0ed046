import { deliveryLabel, type GraphModel } from '../model.ts';
import type { DeliveryChange, DumpLine } from '../store.ts';
import { type Columns, type Dialect, matchKeys, type NodeRow, readColumns } from './dialect.ts';
import { changeOfRow, deliveryColumns } from './rows.ts';
import { type CypherReader, quoted, runOne } from './statement.ts';

/** Of nodes that are in memory at once. */
const pageSize = 500;

export interface Dumped {
  readonly dialect: Dialect;
  readonly model: GraphModel;
}

/** All nodes but deliveries by label and key, then all edges by type, labels and keys. */
export async function* dumpGraph(reader: CypherReader, dumped: Dumped): AsyncGenerator<DumpLine> {
  const { nodes, edges } = dumped.model;
  for (const label of Object.keys(nodes).sort()) {
    if (label !== deliveryLabel) yield* dumpNodes(reader, dumped, label);
  }
  const pairs = Object.entries(edges).flatMap(([type, joined]) =>
    joined.map(([from, to]) => ({ type, from, to })),
  );
  const order = ({ type, from, to }: (typeof pairs)[number]): string => `${type} ${from} ${to}`;
  for (const pair of pairs.sort((a, b) => (order(a) < order(b) ? -1 : 1))) yield* dumpEdges(reader, pair);
}

/** Every delivery by key, as it was applied. */
export async function* dumpDeliveries(
  reader: CypherReader,
  dialect: Dialect,
): AsyncGenerator<DeliveryChange> {
  const asked = { dialect, label: deliveryLabel, columns: deliveryColumns, clock: '_wrote' };
  for await (const row of readNodes(reader, asked)) yield changeOfRow(row);
}

async function* dumpNodes(
  reader: CypherReader,
  { dialect, model }: Dumped,
  label: string,
): AsyncGenerator<DumpLine> {
  const properties = Object.entries(model.nodes[label] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const columns: Columns = [...properties, ['_clock', 'string']];
  for await (const { key, values } of readNodes(reader, { dialect, label, columns, clock: '_clock' })) {
    const { _clock: clock, ...others } = values;
    const present = Object.entries(others).filter(([, value]) => value !== null);
    yield { kind: 'node', label, key, properties: Object.fromEntries(present), clock: clock as string };
  }
}

interface NodesAsked {
  readonly dialect: Dialect;
  readonly label: string;
  readonly columns: Columns;
  /** What every whole node of the label has. */
  readonly clock: string;
}

/** The keys in their order, which the engine holds, and with each page of them what the nodes have. */
async function* readNodes(reader: CypherReader, asked: NodesAsked): AsyncGenerator<NodeRow> {
  const text =
    `MATCH (n:${quoted(asked.label)}) WHERE n.\`key\` >= '' AND n.${asked.clock} IS NOT NULL ` +
    'RETURN n.`key` AS key ORDER BY key';
  let page: string[] = [];
  for await (const row of reader.stream({ text, parameters: {} })) {
    page.push(row['key'] as string);
    if (page.length < pageSize) continue;
    yield* await readPage(reader, asked, page);
    page = [];
  }
  if (page.length > 0) yield* await readPage(reader, asked, page);
}

async function readPage(
  reader: CypherReader,
  { dialect, label, columns }: NodesAsked,
  keys: readonly string[],
): Promise<NodeRow[]> {
  const read = readColumns(dialect, 'n', columns);
  const text = `${matchKeys('n', label)} RETURN k AS key, ${read.expressions.join(', ')}`;
  const rows = await runOne(reader, { text, parameters: { keys } });
  const values = new Map(
    rows.map((row) => [row['key'] as string, Object.fromEntries(read.valuesOf(row))] as const),
  );
  return keys.flatMap((key) => {
    const found = values.get(key);
    return found === undefined ? [] : [{ key, values: found }]; // else it went away in between
  });
}

async function* dumpEdges(
  reader: CypherReader,
  { type, from, to }: { readonly type: string; readonly from: string; readonly to: string },
): AsyncGenerator<DumpLine> {
  const text =
    `MATCH (a:${quoted(from)})-[e:${quoted(type)}]->(b:${quoted(to)}) WHERE a.\`key\` >= '' ` +
    'RETURN a.`key` AS from_key, b.`key` AS to_key, e.stamp AS stamp ORDER BY from_key, to_key';
  for await (const row of reader.stream({ text, parameters: {} })) {
    yield {
      kind: 'edge',
      type,
      from: { label: from, key: row['from_key'] as string },
      to: { label: to, key: row['to_key'] as string },
      stamp: row['stamp'] as string,
    };
  }
}
