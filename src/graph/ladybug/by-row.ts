import { quoted, type Statement } from '../cypher/statement.ts';
import { matchKeys } from '../cypher/dialect.ts';

type Forms = Required<Pick<Statement, 'text' | 'alone'>>;

/**
 * A statement for each of `$rows`, and for one alone.
 *
 * @param statement by what stands before the name of a row's field
 */
export function forRows(statement: (row: 'r.' | '$') => string): Forms {
  return { text: `UNWIND $rows AS r ${statement('r.')}`, alone: statement('$') };
}

/** What follows a node of a label, for each of `$keys`, and for one as `$key`. */
export function forKeys(variable: string, label: string, rest: string): Forms {
  return { text: matchKeys(variable, label) + rest, alone: matchKey(variable, label) + rest };
}

/** One node of a label by `$key`. */
export function matchKey(variable: string, label: string): string {
  return `MATCH (${variable}:${quoted(label)} {\`key\`: $key})`;
}
