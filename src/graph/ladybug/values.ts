import { eventTime } from '../event-time.ts';
import type { PropertyType } from '../model.ts';
import type { PropertyValue } from '../mutation.ts';
import { quoted } from '../cypher/statement.ts';

/** Separates the items of a list on its way in; no stored text has it (src/graph/text.ts). */
const listSeparator = '\u001f';

/**
 * Values go in as text and are cast by the statement: rows of parameters must agree in type, and 1 beside 1.5, or a
 * column that is null in all rows, would not.
 */
export function toParameter(value: PropertyValue | undefined, type: PropertyType): string | null {
  if (value === undefined || value === null) return null;
  if (type === 'strings') return (value as readonly string[]).join(listSeparator);
  return String(value);
}

const casts: Record<PropertyType, (parameter: string) => string> = {
  string: (parameter) => parameter,
  integer: (parameter) => `CAST(${parameter} AS INT64)`,
  float: (parameter) => `CAST(${parameter} AS DOUBLE)`,
  boolean: (parameter) => `CAST(${parameter} AS BOOLEAN)`,
  time: (parameter) => `CAST(${parameter} AS TIMESTAMP)`,
  strings: (parameter) =>
    `CASE WHEN ${parameter} = '' THEN CAST('[]' AS STRING[]) ELSE string_split(${parameter}, '${listSeparator}') END`,
};

/** The expression that makes a column's value of its text. */
export function fromParameter(parameter: string, type: PropertyType): string {
  return casts[type](parameter);
}

/** The expression that reads a column so that nothing of it is lost: a timestamp as text keeps its microseconds. */
export function readExpression(node: string, name: string, type: PropertyType): string {
  const column = `${node}.${quoted(name)}`;
  return type === 'time' ? `CAST(${column} AS STRING)` : column;
}

export function fromColumn(value: unknown, type: PropertyType): PropertyValue {
  if (value === undefined || value === null) return null;
  if (type === 'time') return timeOfText(value as string);
  return value as PropertyValue;
}

/** `2026-11-24 12:00:00.123456`, which the engine writes without the decimals that are zero. */
export function timeOfText(text: string): string {
  return eventTime(`${text.replace(' ', 'T')}Z`) ?? text;
}
