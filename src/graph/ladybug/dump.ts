import { deliveryLabel, type GraphModel } from '../model.ts';
import type { DumpLine } from '../store.ts';
import { quoted, type Session } from './engine.ts';
import { fromColumn, readExpression } from './values.ts';

/** All nodes but deliveries, then all edges, in the order of their keys. */
export async function* dumpGraph(session: Session, model: GraphModel): AsyncIterable<DumpLine> {
  for (const label of Object.keys(model.nodes).sort()) {
    if (label !== deliveryLabel) yield* dumpNodes(session, model, label);
  }
  for (const [type, pairs] of Object.entries(model.edges).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const pair of pairs) yield* dumpEdges(session, type, pair);
  }
}

async function* dumpNodes(session: Session, model: GraphModel, label: string): AsyncIterable<DumpLine> {
  const properties = Object.entries(model.nodes[label] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const columns = properties.map(
    ([name, type], index) => `, ${readExpression('n', name, type)} AS p${index}`,
  );
  const rows = await session.run(
    `MATCH (n:${quoted(label)}) RETURN n.\`key\` AS key, n._clock AS clock${columns.join('')} ORDER BY key`,
  );
  for (const row of rows) {
    const values = properties.map(
      ([name, type], index) => [name, fromColumn(row[`p${index}`], type)] as const,
    );
    yield {
      kind: 'node',
      label,
      key: row['key'] as string,
      properties: Object.fromEntries(values.filter(([, value]) => value !== null)),
      clock: row['clock'] as string,
    };
  }
}

async function* dumpEdges(
  session: Session,
  type: string,
  [from, to]: readonly [string, string],
): AsyncIterable<DumpLine> {
  const rows = await session.run(
    `MATCH (a:${quoted(from)})-[e:${quoted(type)}]->(b:${quoted(to)}) ` +
      'RETURN a.`key` AS from_key, b.`key` AS to_key, e.stamp AS stamp ORDER BY from_key, to_key',
  );
  for (const row of rows) {
    yield {
      kind: 'edge',
      type,
      from: { label: from, key: row['from_key'] as string },
      to: { label: to, key: row['to_key'] as string },
      stamp: row['stamp'] as string,
    };
  }
}
