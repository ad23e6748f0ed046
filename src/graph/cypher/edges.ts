import type { EdgeAssertion, EdgeEnding } from '../converge.ts';
import { groupBy } from '../group-by.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { forEachRow, quoted, type Statement } from './statement.ts';

type Shape = Pick<EdgeAssertion, 'type' | 'from' | 'to'>;

/** Edges that may be there: each that is keeps the newer stamp, and its ends come back as `from` and `to`. */
export function renewStatements(edges: readonly EdgeAssertion[]): Statement[] {
  return byShape(edges, ({ type, from, to }, rows) =>
    forEachRow(
      rows,
      (field) =>
        `MATCH (a:${quoted(from.label)} {\`key\`: ${field('from')}})-[e:${quoted(type)}]->` +
        `(b:${quoted(to.label)} {\`key\`: ${field('to')}}) ` +
        `SET e.stamp = CASE WHEN e.stamp < ${field('stamp')} THEN ${field('stamp')} ELSE e.stamp END ` +
        `RETURN '${type}' AS type, a.\`key\` AS from, b.\`key\` AS to`,
    ),
  );
}

/** Edges that are not there. */
export function createStatements(edges: readonly EdgeAssertion[]): Statement[] {
  return byShape(edges, ({ type, from, to }, rows) => ({
    text:
      `UNWIND $rows AS r MATCH (a:${quoted(from.label)} {\`key\`: r.\`from\`}) ` +
      `MATCH (b:${quoted(to.label)} {\`key\`: r.\`to\`}) CREATE (a)-[:${quoted(type)} {stamp: r.stamp}]->(b)`,
    parameters: { rows },
  }));
}

function byShape(
  edges: readonly EdgeAssertion[],
  make: (shape: Shape, rows: readonly object[]) => Statement,
): Statement[] {
  const groups = groupBy(edges, ({ type, from, to }) => `${from.label} ${type} ${to.label}`);
  return [...groups.values()].map((group) => {
    const [shape] = group as [EdgeAssertion];
    return make(
      shape,
      group.map(({ from, to, stamp }) => ({ from: from.key, to: to.key, stamp })),
    );
  });
}

/** Deletes the edges that are older than what ended them. */
export function endStatements(model: GraphModel, endings: readonly EdgeEnding[]): Statement[] {
  return [...groupBy(endings, kindOf).values()].flatMap((group) => {
    const [first] = group as [EdgeEnding];
    if (first.kind === 'edge') return endOne(first, group);
    const rows = group.map((ending) => ({ key: nodeOf(ending).key, stamp: ending.stamp }));
    if (first.kind === 'stated') return endStated(first, rows);
    return deleteAround(model, first.node.label, { rows, condition: 'WHERE e.stamp <= r.stamp' });
  });
}

/** Deletes every edge that the nodes have, but for those of deliveries. */
export function clearStatements(model: GraphModel, nodes: readonly NodeRef[]): Statement[] {
  return [...groupBy(nodes, (node) => node.label)].flatMap(([label, group]) => {
    const rows = group.map(({ key }) => ({ key, stamp: '' }));
    return deleteAround(model, label, { rows, condition: '' });
  });
}

type Ending<K extends EdgeEnding['kind']> = Extract<EdgeEnding, { kind: K }>;
type KeyRows = readonly { readonly key: string; readonly stamp: string }[];

function endOne({ type, from, to }: Ending<'edge'>, group: readonly EdgeEnding[]): Statement {
  const rows = group.flatMap((ending) =>
    ending.kind === 'edge' ? [{ from: ending.from.key, to: ending.to.key, stamp: ending.stamp }] : [],
  );
  return forEachRow(
    rows,
    (field) =>
      `MATCH (a:${quoted(from.label)} {\`key\`: ${field('from')}})-[e:${quoted(type)}]->` +
      `(b:${quoted(to.label)} {\`key\`: ${field('to')}}) WHERE e.stamp <= ${field('stamp')} DELETE e`,
  );
}

function endStated({ type, node, direction }: Ending<'stated'>, rows: KeyRows): Statement {
  const edge = direction === 'out' ? `-[e:${quoted(type)}]->` : `<-[e:${quoted(type)}]-`;
  return forEachRow(
    rows,
    (field) =>
      `MATCH (a:${quoted(node.label)} {\`key\`: ${field('key')}})${edge}() WHERE e.stamp < ${field('stamp')} DELETE e`,
  );
}

interface Around {
  readonly rows: KeyRows;
  readonly condition: string;
}

/** By type and direction, as the model has them: one pattern for all would take the edges of deliveries too. */
function deleteAround(model: GraphModel, label: string, { rows, condition }: Around): Statement[] {
  const match = `UNWIND $rows AS r MATCH (a:${quoted(label)} {\`key\`: r.key})`;
  return Object.entries(model.edges).flatMap(([type, pairs]) => {
    const out = pairs.some(([from]) => from === label) ? [`-[e:${quoted(type)}]->()`] : [];
    const into = pairs.some(([, to]) => to === label) ? [`<-[e:${quoted(type)}]-()`] : [];
    return [...out, ...into].map((edge) => ({
      text: `${match}${edge} ${condition} DELETE e`,
      parameters: { rows },
    }));
  });
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
