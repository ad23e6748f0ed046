import type { Columns, NodeRow } from '../cypher/dialect.ts';
import { quoted, type Statement } from '../cypher/statement.ts';
import { fromParameter, toParameter } from './values.ts';

export interface NodesGiven {
  readonly rows: readonly NodeRow[];
  /** All of them are, or all are there. */
  readonly isNew: boolean;
}

/** Edges of one type between two labels. */
export interface EdgeShape {
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

export interface EdgeRow {
  readonly from: string;
  readonly to: string;
  readonly stamp: string;
}

export interface EdgesGiven {
  /** With an end that the same plan makes: no such edge is there. */
  readonly fresh: readonly EdgeRow[];
  readonly others: readonly EdgeRow[];
}

/** Writes nodes of one label. */
export function upsertNodes(label: string, columns: Columns, { rows, isNew }: NodesGiven): Statement {
  return {
    text: upsertText(label, columns, isNew),
    parameters: { rows: rows.map((row) => asTexts(row, columns)) },
  };
}

/** Writes edges; one that is there keeps the newer stamp. */
export function upsertEdges(shape: EdgeShape, { fresh, others }: EdgesGiven): Statement[] {
  return [
    ...(fresh.length === 0 ? [] : [{ text: createEdges(shape), parameters: { rows: fresh } }]),
    ...(others.length === 0 ? [] : [renewEdges(shape, others)]),
  ];
}

function createEdges(shape: EdgeShape): string {
  return `${matchEnds(shape)} CREATE (a)-[:${quoted(shape.type)} {stamp: r.stamp}]->(b)`;
}

/** Not MERGE, which reads whole tables even for one edge; what is not there is created after that. */
function renewEdges(shape: EdgeShape, rows: readonly EdgeRow[]): Statement {
  const { type, from, to } = shape;
  const renew = (stamp: string): string =>
    `SET e.stamp = CASE WHEN e.stamp < ${stamp} THEN ${stamp} ELSE e.stamp END ` +
    'RETURN a.`key` AS from, b.`key` AS to';
  return {
    text: `${matchEnds(shape)} MATCH (a)-[e:${quoted(type)}]->(b) ${renew('r.stamp')}`,
    alone:
      `MATCH (a:${quoted(from)} {\`key\`: $from})-[e:${quoted(type)}]->(b:${quoted(to)} {\`key\`: $to}) ` +
      renew('$stamp'),
    forMissing: createEdges(shape),
    parameters: { rows },
  };
}

function asTexts({ key, values }: NodeRow, columns: Columns): Record<string, string | null> {
  const texts = columns.map(([name, type]) => [name, toParameter(values[name], type)] as const);
  return { key, ...Object.fromEntries(texts) };
}

/** CREATE for new nodes, MATCH and SET for those that are there: MERGE of nodes reads the whole table. */
function upsertText(label: string, columns: Columns, isNew: boolean): string {
  const values = columns.map(([name, type]) => [quoted(name), fromParameter('r', name, type)] as const);
  if (isNew) {
    const fields = values.map(([name, value]) => `, ${name}: ${value}`).join('');
    return `UNWIND $rows AS r CREATE (:${quoted(label)} {\`key\`: r.key${fields}})`;
  }
  const sets = values.map(([name, value]) => `n.${name} = ${value}`).join(', ');
  return `UNWIND $rows AS r MATCH (n:${quoted(label)} {\`key\`: r.key}) SET ${sets}`;
}

/** The ends of edges by the keys in `$rows`. */
function matchEnds({ from, to }: EdgeShape): string {
  return `UNWIND $rows AS r MATCH (a:${quoted(from)} {\`key\`: r.from}) MATCH (b:${quoted(to)} {\`key\`: r.to})`;
}
