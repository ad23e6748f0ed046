import type { PropertyType } from '../model.ts';
import type { PropertyValue } from '../mutation.ts';
import { quoted, type Row } from './statement.ts';

/** Properties with their types, in the order of the columns. */
export type Columns = readonly (readonly [name: string, type: PropertyType])[];

export interface NodeRow {
  readonly key: string;
  readonly values: Readonly<Record<string, PropertyValue>>;
}

/** In what the engines differ that speak Cypher. */
export interface Dialect {
  /** The expressions for the label of a node and for the type of a relationship. */
  readonly labelOf: (variable: string) => string;
  readonly typeOf: (variable: string) => string;
  /** The expression that reads a property so that nothing of it is lost. */
  readonly read: (variable: string, name: string, type: PropertyType) => string;
  /** What that expression gave. */
  readonly value: (raw: unknown, type: PropertyType) => PropertyValue;
}

/** Columns of a result that hold the properties of a node, and how they are read from a row. */
export interface ReadColumns {
  readonly expressions: readonly string[];
  readonly valuesOf: (row: Row) => (readonly [string, PropertyValue])[];
}

export function readColumns(dialect: Dialect, variable: string, columns: Columns): ReadColumns {
  return {
    expressions: columns.map(([name, type], index) => `${dialect.read(variable, name, type)} AS p${index}`),
    valuesOf: (row) =>
      columns.map(([name, type], index) => [name, dialect.value(row[`p${index}`], type)] as const),
  };
}

/** Nodes of a label by `$keys`; the start of most statements. */
export function matchKeys(variable: string, label: string): string {
  return `UNWIND $keys AS k MATCH (${variable}:${quoted(label)} {\`key\`: k})`;
}
