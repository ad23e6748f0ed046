import type { QueryResult } from '../store.ts';
import { missingIn } from './needs.ts';
import { readValues, type Value, type Values } from './parameters.ts';
import { type Asked, resolveEntity } from './resolve-entity.ts';
import type { Cell, NodeCell, Row, SavedQuery } from './saved-query.ts';

export interface SavedAnswer extends QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Labels, relationships and properties of parts that were left out, because no enabled provider has them. */
  readonly missing: readonly string[];
}

export interface SavedQuestion extends Asked {
  readonly query: SavedQuery;
  readonly given: Readonly<Record<string, string>>;
  readonly now: Date;
}

/** Of one part, before its rows are put together with the others'. */
const maxPartRows = 10_000;

/**
 * @throws ParameterInvalidError, EntityUnknownError, QueryTimeoutError
 */
export async function runSavedQuery(question: SavedQuestion): Promise<SavedAnswer> {
  const { query, model, bounds } = question;
  const values = await resolveValues(question);
  const parts = query
    .parts({ model, values })
    .map((cypher) => ({ cypher, missing: missingIn(cypher, model) }));
  const asked = parts.filter(({ missing }) => missing.length === 0);
  const results = await Promise.all(asked.map(async ({ cypher }) => await askPart(cypher, values, question)));
  const cells = results.flatMap(({ rows }) =>
    rows.flatMap((row): Cells[] => {
      const cells = query.row(row, values);
      return cells === undefined ? [] : [withTimesCut(cells)];
    }),
  );
  const rows = gathered(cells, query).sort(inOrder(query));
  return {
    columns: query.columns,
    rows: rows.slice(0, bounds.maxRows).map((row) => query.columns.map((column) => row[column] ?? null)),
    truncated: rows.length > bounds.maxRows || results.some(({ truncated }) => truncated),
    missing: [...new Set(parts.flatMap(({ missing }) => missing))],
  };
}

async function resolveValues(question: SavedQuestion): Promise<Values> {
  const { parameters } = question.query;
  const read = readValues(parameters, question.given, question.now);
  const resolved = Object.entries(read).map(async ([name, value]) => {
    const parameter = parameters[name];
    if (parameter?.kind !== 'entity') return [name, value] as const;
    return [name, await resolveEntity(String(value), parameter.label, question)] as const;
  });
  const values: Values = Object.fromEntries<Value>(await Promise.all(resolved));
  return { ...values, ...question.query.derived?.(values) };
}

async function askPart(
  cypher: string,
  values: Values,
  { graph, bounds }: Asked,
): Promise<{ rows: Row[]; truncated: boolean }> {
  const { columns, rows, truncated } = await graph.query(cypher, parametersOf(cypher, values), {
    ...bounds,
    maxRows: maxPartRows,
  });
  return {
    rows: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    truncated,
  };
}

/** Only those that it names: the embedded engine refuses others. Of an entity it is the key; `$x_alias` is its alias. */
function parametersOf(cypher: string, values: Values): Record<string, unknown> {
  const all = Object.entries(values).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && 'key' in value
      ? [
          [name, value.key],
          [`${name}_alias`, value.alias],
        ]
      : [[name, value]],
  );
  const named = new Set([...cypher.matchAll(/\$(\w+)/g)].map(([, name]) => name));
  return Object.fromEntries(all.filter(([name]) => named.has(name)));
}

type Cells = Readonly<Record<string, Cell>>;

const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z$/;

/** Times to the millisecond: stores differ in what is finer. */
function withTimesCut(cells: Cells): Cells {
  return Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [
      name,
      typeof cell === 'string' ? cell.replace(time, '$1Z') : cell,
    ]),
  );
}

/** Rows that are the same, but for the nodes of one column, are one row with all of these nodes. */
function gathered(rows: readonly Cells[], { columns, gathers }: SavedQuery): Cells[] {
  const kept = new Map<string, Cells[]>();
  for (const row of rows) {
    const same = JSON.stringify(columns.filter((column) => column !== gathers).map((column) => row[column]));
    const group = kept.get(same);
    if (group === undefined) kept.set(same, [row]);
    else group.push(row);
  }
  return [...kept.values()].map((same) => {
    const first = same[0] as Cells;
    if (gathers === undefined) return first;
    const nodes = same.flatMap((row) => (row[gathers] ?? []) as NodeCell | readonly NodeCell[]);
    const distinct = [...new Map(nodes.map((node) => [node.key, node])).values()];
    return { ...first, [gathers]: distinct.sort((a, b) => (sortText(a) < sortText(b) ? -1 : 1)) };
  });
}

function inOrder({ order, columns, gathers }: SavedQuery): (a: Cells, b: Cells) => number {
  const by = [...order, ...columns.filter((column) => column !== gathers && !order.includes(column))];
  const textOf = (row: Cells) => by.map((column) => sortText(row[column] ?? null)).join('\u0000');
  return (a, b) => (textOf(a) < textOf(b) ? -1 : 1);
}

function sortText(cell: Cell): string {
  if (typeof cell === 'number') return String(cell).padStart(12, '0');
  if (cell === null || typeof cell !== 'object') return String(cell ?? '');
  if (Array.isArray(cell)) return '';
  const { label, name, key } = cell as NodeCell;
  return `${name ?? '\uffff'} ${label} ${key}`;
}
