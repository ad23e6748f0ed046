import type { EdgeAssertion, EdgeEnding } from '../converge.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { quoted, type Row, type Session } from './engine.ts';
import { groupBy } from '../group-by.ts';

/**
 * Writes edges; one that is there keeps the newer stamp. What has an end among the new nodes cannot be there, and is
 * created unseen: to look for edges costs the more the larger the graph is.
 */
export async function upsertEdges(
  session: Session,
  edges: readonly EdgeAssertion[],
  newNodes: ReadonlySet<string>,
): Promise<void> {
  for (const group of groupBy(edges, ({ type, from, to }) => `${from.label} ${type} ${to.label}`).values()) {
    const [shape] = group as [EdgeAssertion];
    const rows = group.map((edge) => ({ from: edge.from.key, to: edge.to.key, stamp: edge.stamp }));
    const isNew = ({ from, to }: EdgeRow): boolean => newNodes.has(from) || newNodes.has(to);
    const old = rows.filter((row) => !isNew(row));
    const known = new Set((await renewEdges(session, shape, old)).map(pairOf));
    await createEdges(
      session,
      shape,
      rows.filter((row) => isNew(row) || !known.has(pairOf(row))),
    );
  }
}

interface EdgeRow extends Row {
  readonly from: string;
  readonly to: string;
  readonly stamp: string;
}

type Shape = Pick<EdgeAssertion, 'type' | 'from' | 'to'>;

/** @returns those that are there */
async function renewEdges(
  session: Session,
  { type, from, to }: Shape,
  rows: readonly EdgeRow[],
): Promise<Row[]> {
  const renew = (stamp: string): string =>
    `SET e.stamp = CASE WHEN e.stamp < ${stamp} THEN ${stamp} ELSE e.stamp END RETURN a.\`key\` AS from, b.\`key\` AS to`;
  return await session.each(
    {
      together:
        `UNWIND $rows AS r MATCH (a:${quoted(from.label)} {\`key\`: r.from}) MATCH (b:${quoted(to.label)} {\`key\`: r.to}) ` +
        `MATCH (a)-[e:${quoted(type)}]->(b) ${renew('r.stamp')}`,
      alone:
        `MATCH (a:${quoted(from.label)} {\`key\`: $from})-[e:${quoted(type)}]->` +
        `(b:${quoted(to.label)} {\`key\`: $to}) ${renew('$stamp')}`,
    },
    rows,
  );
}

async function createEdges(
  session: Session,
  { type, from, to }: Shape,
  rows: readonly EdgeRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await session.run(
    `UNWIND $rows AS r MATCH (a:${quoted(from.label)} {\`key\`: r.from}) MATCH (b:${quoted(to.label)} {\`key\`: r.to}) ` +
      `CREATE (a)-[:${quoted(type)} {stamp: r.stamp}]->(b)`,
    { rows: [...rows] },
  );
}

function pairOf(row: Row): string {
  return `${row['from'] as string} ${row['to'] as string}`;
}

/** Deletes the edges that are older than what ended them. */
export async function endEdges(
  session: Session,
  model: GraphModel,
  endings: readonly EdgeEnding[],
): Promise<void> {
  for (const group of groupBy(endings, kindOf).values()) {
    const first = group[0];
    if (first === undefined) continue;
    if (first.kind === 'node') {
      const rows = group.map((ending) => ({ key: nodeOf(ending).key, stamp: ending.stamp }));
      await deleteAround(session, model, first.node.label, { rows, condition: 'WHERE e.stamp <= r.stamp' });
    } else if (first.kind === 'edge') await endOne(session, first, group);
    else await endStated(session, first, group);
  }
}

/** Deletes every edge that the nodes have, but for those of deliveries. */
export async function clearEdges(
  session: Session,
  model: GraphModel,
  nodes: readonly NodeRef[],
): Promise<void> {
  for (const [label, group] of groupBy(nodes, (node) => node.label)) {
    const rows = group.map(({ key }) => ({ key, stamp: '' }));
    await deleteAround(session, model, label, { rows, condition: '' });
  }
}

type Ending<K extends EdgeEnding['kind']> = Extract<EdgeEnding, { kind: K }>;

async function endOne(
  session: Session,
  { type, from, to }: Ending<'edge'>,
  group: readonly EdgeEnding[],
): Promise<void> {
  const rows = group.flatMap((ending) =>
    ending.kind === 'edge' ? [{ from: ending.from.key, to: ending.to.key, stamp: ending.stamp }] : [],
  );
  const end = (value: string): string =>
    `MATCH (a:${quoted(from.label)} {\`key\`: ${value}from})-[e:${quoted(type)}]->` +
    `(b:${quoted(to.label)} {\`key\`: ${value}to}) WHERE e.stamp <= ${value}stamp DELETE e`;
  await session.each({ together: `UNWIND $rows AS r ${end('r.')}`, alone: end('$') }, rows);
}

async function endStated(
  session: Session,
  first: Ending<'stated'>,
  group: readonly EdgeEnding[],
): Promise<void> {
  const rows = group.map((ending) => ({ key: nodeOf(ending).key, stamp: ending.stamp }));
  const edge = first.direction === 'out' ? `-[e:${quoted(first.type)}]->` : `<-[e:${quoted(first.type)}]-`;
  const end = (value: string): string =>
    `MATCH (a:${quoted(first.node.label)} {\`key\`: ${value}key})${edge}() WHERE e.stamp < ${value}stamp DELETE e`;
  await session.each({ together: `UNWIND $rows AS r ${end('r.')}`, alone: end('$') }, rows);
}

interface Around {
  readonly rows: { readonly key: string; readonly stamp: string }[];
  readonly condition: string;
}

/** By type and direction, as the model has them: one pattern for all would take the edges of deliveries too. */
async function deleteAround(
  session: Session,
  model: GraphModel,
  label: string,
  { rows, condition }: Around,
): Promise<void> {
  for (const [type, pairs] of Object.entries(model.edges)) {
    const match = `UNWIND $rows AS r MATCH (a:${quoted(label)} {\`key\`: r.key})`;
    if (pairs.some(([from]) => from === label)) {
      await session.run(`${match}-[e:${quoted(type)}]->() ${condition} DELETE e`, { rows });
    }
    if (pairs.some(([, to]) => to === label)) {
      await session.run(`${match}<-[e:${quoted(type)}]-() ${condition} DELETE e`, { rows });
    }
  }
}

function kindOf(ending: EdgeEnding): string {
  switch (ending.kind) {
    case 'node':
      return `node ${ending.node.label}`;
    case 'edge':
      return `edge ${ending.from.label} ${ending.type} ${ending.to.label}`;
    case 'stated':
      return `stated ${ending.node.label} ${ending.type} ${ending.direction}`;
  }
}

function nodeOf(ending: EdgeEnding): NodeRef {
  return ending.kind === 'edge' ? ending.from : ending.node;
}
