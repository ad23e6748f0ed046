import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import type { ParameterOf, Values } from './parameters.ts';

/** A node in an answer: what it is called, and where to look it up. */
export interface NodeCell extends NodeRef {
  readonly name: string | null;
}

export type Cell = string | number | boolean | null | NodeCell | readonly NodeCell[];

/** What a part of a query gave, by its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** What parts are made of, beside their own words. */
export interface Given {
  readonly model: GraphModel;
  readonly values: Values;
}

/**
 * A question that the graph answers, with a name. Each file in queries/ exports one as `query`; nobody keeps a list.
 *
 * Its Cypher is what LadybugDB and Neo4j have in common. It is asked in parts, whose rows are put together: a part that
 * needs a label, a relationship or a property that no enabled provider has is left out, and the answer says so.
 */
export interface SavedQuery {
  /** Its file's name. */
  readonly name: string;
  /** The question, in one sentence. */
  readonly asks: string;
  /** What exactly counts, for docs/questions.md. */
  readonly says: string;
  readonly parameters: Readonly<Record<string, ParameterOf>>;
  readonly columns: readonly string[];
  /** The column whose nodes are gathered of all rows that are the same but for it. */
  readonly gathers?: string;
  /** Columns by which the answer is ordered, the first one first. */
  readonly order: readonly string[];
  /** Values that are made of the given ones, such as a time so many hours before another. */
  derived?(values: Values): Values;
  /**
   * Cypher; `$name` is the value of that name, of an entity its key, and `$name_alias` the key of the name it was given by.
   * What depends on values alone is decided here: the embedded engine passes over a condition that names no node.
   */
  parts(given: Given): readonly string[];
  /** The cells of a row by column; undefined leaves the row out. */
  row(row: Row, values: Values): Readonly<Record<string, Cell>> | undefined;
}

/** Labels that people write in or refer to, as an alternative in a pattern: `Task|PullRequest|Message`. */
export function workLabels({ texts = {}, referable = [] }: GraphModel): string {
  return [...new Set([...referable, ...Object.keys(texts)])].join('|');
}
