import { deliveryLabel, type GraphModel } from '../model.ts';
import type { DumpLine } from '../store.ts';
import { quoted, type Session } from './engine.ts';
import { fromColumn, readExpression } from './values.ts';

/** Reads a dump in parts, a label or a pair of labels each: all nodes but deliveries, then all edges. */
export function dumpParts(model: GraphModel): ((session: Session) => Promise<DumpLine[]>)[] {
  const labels = Object.keys(model.nodes).filter((label) => label !== deliveryLabel);
  const pairs = Object.entries(model.edges).flatMap(([type, joined]) =>
    joined.map((pair) => ({ type, pair })),
  );
  return [
    ...labels.sort().map((label) => async (session: Session) => await dumpNodes(session, model, label)),
    ...pairs.map(
      ({ type, pair }) =>
        async (session: Session) =>
          await dumpEdges(session, type, pair),
    ),
  ];
}

async function dumpNodes(session: Session, model: GraphModel, label: string): Promise<DumpLine[]> {
  const properties = Object.entries(model.nodes[label] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const columns = properties.map(
    ([name, type], index) => `, ${readExpression('n', name, type)} AS p${index}`,
  );
  const rows = await session.run(
    `MATCH (n:${quoted(label)}) RETURN n.\`key\` AS key, n._clock AS clock${columns.join('')} ORDER BY key`,
  );
  return rows.map((row): DumpLine => {
    const values = properties.map(
      ([name, type], index) => [name, fromColumn(row[`p${index}`], type)] as const,
    );
    return {
      kind: 'node',
      label,
      key: row['key'] as string,
      properties: Object.fromEntries(values.filter(([, value]) => value !== null)),
      clock: row['clock'] as string,
    };
  });
}

async function dumpEdges(
  session: Session,
  type: string,
  [from, to]: readonly [string, string],
): Promise<DumpLine[]> {
  const rows = await session.run(
    `MATCH (a:${quoted(from)})-[e:${quoted(type)}]->(b:${quoted(to)}) ` +
      'RETURN a.`key` AS from_key, b.`key` AS to_key, e.stamp AS stamp ORDER BY from_key, to_key',
  );
  return rows.map((row): DumpLine => ({
    kind: 'edge',
    type,
    from: { label: from, key: row['from_key'] as string },
    to: { label: to, key: row['to_key'] as string },
    stamp: row['stamp'] as string,
  }));
}
