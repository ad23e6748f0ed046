import type { EdgeAssertion, EdgeEnding } from '../converge.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { quoted, type Session } from './engine.ts';
import { groupBy } from '../group-by.ts';

/** Writes edges; one that is there keeps the newer stamp. */
export async function upsertEdges(session: Session, edges: readonly EdgeAssertion[]): Promise<void> {
  for (const group of groupBy(edges, ({ type, from, to }) => `${from.label} ${type} ${to.label}`).values()) {
    const [{ type, from, to }] = group as [EdgeAssertion];
    const rows = group.map((edge) => ({ from: edge.from.key, to: edge.to.key, stamp: edge.stamp }));
    await session.run(
      `UNWIND $rows AS r MATCH (a:${quoted(from.label)} {\`key\`: r.from}) MATCH (b:${quoted(to.label)} {\`key\`: r.to}) ` +
        `MERGE (a)-[e:${quoted(type)}]->(b) ON CREATE SET e.stamp = r.stamp ` +
        'ON MATCH SET e.stamp = CASE WHEN e.stamp < r.stamp THEN r.stamp ELSE e.stamp END',
      { rows },
    );
  }
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
  await session.run(
    `UNWIND $rows AS r MATCH (a:${quoted(from.label)} {\`key\`: r.from})-[e:${quoted(type)}]->` +
      `(b:${quoted(to.label)} {\`key\`: r.to}) WHERE e.stamp <= r.stamp DELETE e`,
    { rows },
  );
}

async function endStated(
  session: Session,
  first: Ending<'stated'>,
  group: readonly EdgeEnding[],
): Promise<void> {
  const rows = group.map((ending) => ({ key: nodeOf(ending).key, stamp: ending.stamp }));
  const edge = first.direction === 'out' ? `-[e:${quoted(first.type)}]->` : `<-[e:${quoted(first.type)}]-`;
  await session.run(
    `UNWIND $rows AS r MATCH (a:${quoted(first.node.label)} {\`key\`: r.key})${edge}() WHERE e.stamp < r.stamp DELETE e`,
    { rows },
  );
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
