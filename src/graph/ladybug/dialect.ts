import type { Columns, Dialect, NodeRow } from '../cypher/dialect.ts';
import { quoted } from '../cypher/statement.ts';
import { fromColumn, fromParameter, readExpression, toParameter } from './values.ts';

export const ladybugDialect: Dialect = {
  labelOf: (variable) => `label(${variable})`,
  typeOf: (variable) => `label(${variable})`,
  read: readExpression,
  value: fromColumn,
  upsert: (label, columns, { rows, isNew }) => ({
    text: upsertText(label, columns, isNew),
    parameters: { rows: rows.map((row) => asTexts(row, columns)) },
  }),
};

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
