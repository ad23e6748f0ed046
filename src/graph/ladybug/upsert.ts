import type { Columns, NodeRow } from '../cypher/dialect.ts';
import { quoted, type Statement } from '../cypher/statement.ts';
import { forRows } from './by-row.ts';
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
  const text = isNew ? createText : setText;
  return {
    ...forRows((row) => text(label, columns, row)),
    parameters: { rows: rows.map((row) => asTexts(row, columns)) },
  };
}

/** Writes edges; one that is there keeps the newer stamp. */
export function upsertEdges(shape: EdgeShape, { fresh, others }: EdgesGiven): Statement[] {
  return [
    ...(fresh.length === 0 ? [] : [{ ...createEdges(shape), parameters: { rows: fresh } }]),
    ...(others.length === 0 ? [] : [renewEdges(shape, others)]),
  ];
}

function createEdges(shape: EdgeShape): Pick<Statement, 'text' | 'alone'> {
  return forRows(
    (row) => `${matchEnds(shape, row)} CREATE (a)-[:${quoted(shape.type)} {stamp: ${row}stamp}]->(b)`,
  );
}

/** Not MERGE, which reads whole tables even for one edge; what is not there is created after that. */
function renewEdges(shape: EdgeShape, rows: readonly EdgeRow[]): Statement {
  const { type, from, to } = shape;
  const renew = (stamp: string): string =>
    `SET e.stamp = CASE WHEN e.stamp < ${stamp} THEN ${stamp} ELSE e.stamp END ` +
    'RETURN a.`key` AS from, b.`key` AS to';
  return {
    text: `UNWIND $rows AS r ${matchEnds(shape, 'r.')} MATCH (a)-[e:${quoted(type)}]->(b) ${renew('r.stamp')}`,
    alone:
      `MATCH (a:${quoted(from)} {\`key\`: $from})-[e:${quoted(type)}]->(b:${quoted(to)} {\`key\`: $to}) ` +
      renew('$stamp'),
    followsEdges: true,
    forMissing: createEdges(shape),
    parameters: { rows },
  };
}

/** By the places of the columns: a parameter cannot be quoted. */
function asTexts({ key, values }: NodeRow, columns: Columns): Record<string, string | null> {
  const texts = columns.map(([name, type], place) => [`p${place}`, toParameter(values[name], type)] as const);
  return { key, ...Object.fromEntries(texts) };
}

/** CREATE for new nodes, MATCH and SET for those that are there: MERGE of nodes reads the whole table. */
function createText(label: string, columns: Columns, row: string): string {
  const fields = columns.map(
    ([name, type], place) => `, ${quoted(name)}: ${fromParameter(`${row}p${place}`, type)}`,
  );
  return `CREATE (:${quoted(label)} {\`key\`: ${row}key${fields.join('')}})`;
}

function setText(label: string, columns: Columns, row: string): string {
  const sets = columns.map(
    ([name, type], place) => `n.${quoted(name)} = ${fromParameter(`${row}p${place}`, type)}`,
  );
  return `MATCH (n:${quoted(label)} {\`key\`: ${row}key}) SET ${sets.join(', ')}`;
}

/** The ends of edges by the keys of a row. */
function matchEnds({ from, to }: EdgeShape, row: string): string {
  return `MATCH (a:${quoted(from)} {\`key\`: ${row}from}) MATCH (b:${quoted(to)} {\`key\`: ${row}to})`;
}
