import type { PlannedEdge } from '../backend.ts';
import type { EdgeAssertion, EdgeEnding } from '../converge.ts';
import { quoted, type Statement } from '../cypher/statement.ts';
import { groupBy } from '../group-by.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { forRows } from './by-row.ts';
import { type EdgeRow, upsertEdges } from './upsert.ts';

export function upsertEdgeStatements(edges: readonly PlannedEdge[]): Statement[] {
  const groups = groupBy(edges, ({ edge: { type, from, to } }) => `${from.label} ${type} ${to.label}`);
  return [...groups.values()].flatMap((group) => {
    const [{ edge }] = group as [PlannedEdge];
    const shape = { type: edge.type, from: edge.from.label, to: edge.to.label };
    const rows = (isNew: boolean): EdgeRow[] =>
      group.flatMap((planned) => (planned.isNew === isNew ? [rowOf(planned.edge)] : []));
    return upsertEdges(shape, { fresh: rows(true), others: rows(false) });
  });
}

function rowOf({ from, to, stamp }: EdgeAssertion): EdgeRow {
  return { from: from.key, to: to.key, stamp };
}

/** Deletes the edges that are older than what ended them. */
export function endStatements(model: GraphModel, endings: readonly EdgeEnding[]): Statement[] {
  return [...groupBy(endings, kindOf).values()].flatMap((group) => {
    const [first] = group as [EdgeEnding];
    if (first.kind === 'edge') return endOne(first, group);
    const rows = group.map((ending) => ({ key: nodeOf(ending).key, stamp: ending.stamp }));
    if (first.kind === 'stated') return endStated(first, rows);
    return deleteAround(model, first.node.label, {
      rows,
      condition: (row) => `WHERE e.stamp <= ${row}stamp`,
    });
  });
}

/** Deletes every edge that the nodes have, but for those of deliveries. */
export function clearStatements(model: GraphModel, nodes: readonly NodeRef[]): Statement[] {
  return [...groupBy(nodes, (node) => node.label)].flatMap(([label, group]) => {
    const rows = group.map(({ key }) => ({ key }));
    return deleteAround(model, label, { rows, condition: () => '' });
  });
}

type Ending<K extends EdgeEnding['kind']> = Extract<EdgeEnding, { kind: K }>;
type KeyRows = readonly { readonly key: string; readonly stamp: string }[];

function endOne({ type, from, to }: Ending<'edge'>, group: readonly EdgeEnding[]): Statement {
  const rows = group.flatMap((ending) =>
    ending.kind === 'edge' ? [{ from: ending.from.key, to: ending.to.key, stamp: ending.stamp }] : [],
  );
  return {
    ...forRows(
      (row) =>
        `MATCH (a:${quoted(from.label)} {\`key\`: ${row}from})-[e:${quoted(type)}]->` +
        `(b:${quoted(to.label)} {\`key\`: ${row}to}) WHERE e.stamp <= ${row}stamp DELETE e`,
    ),
    followsEdges: true,
    parameters: { rows },
  };
}

function endStated({ type, node, direction }: Ending<'stated'>, rows: KeyRows): Statement {
  const edge = direction === 'out' ? `-[e:${quoted(type)}]->` : `<-[e:${quoted(type)}]-`;
  return {
    ...forRows(
      (row) =>
        `MATCH (a:${quoted(node.label)} {\`key\`: ${row}key})${edge}() WHERE e.stamp < ${row}stamp DELETE e`,
    ),
    followsEdges: true,
    parameters: { rows },
  };
}

interface Around {
  readonly rows: KeyRows | readonly { readonly key: string }[];
  /** By what stands before the name of a row's field. */
  readonly condition: (row: string) => string;
}

/** By type and direction, as the model has them: one pattern for all would take the edges of deliveries too. */
function deleteAround(model: GraphModel, label: string, { rows, condition }: Around): Statement[] {
  const deletion = (edge: string, row: string): string =>
    `MATCH (a:${quoted(label)} {\`key\`: ${row}key})${edge} ${condition(row)} DELETE e`;
  return Object.entries(model.edges).flatMap(([type, pairs]) => {
    const out = pairs.some(([from]) => from === label) ? [`-[e:${quoted(type)}]->()`] : [];
    const into = pairs.some(([, to]) => to === label) ? [`<-[e:${quoted(type)}]-()`] : [];
    return [...out, ...into].map((edge) => ({
      ...forRows((row) => deletion(edge, row)),
      followsEdges: true,
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
