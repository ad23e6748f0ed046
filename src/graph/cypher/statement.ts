/** What comes back, by the names of the columns. */
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly text: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The same for one of `$rows`, whose fields are its parameters. An engine may run it for each of them instead. */
  readonly alone?: string;
}

/** The expression for a field of the row that a statement is about. */
export type Field = (name: string) => string;

/** A statement for each of the rows, in its two forms. */
export function forEachRow(rows: readonly object[], body: (field: Field) => string): Statement {
  return {
    text: `UNWIND $rows AS r ${body((name) => `r.\`${name}\``)}`,
    alone: body((name) => `$${name}`),
    parameters: { rows },
  };
}

/** Where statements run: a session or a transaction of an engine. */
export interface CypherRunner {
  /** The rows of each, in their order; what an engine can, it sends without waiting in between. */
  runAll(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
}

/** One that reads more than memory should hold. */
export interface CypherReader extends CypherRunner {
  stream(statement: Statement): AsyncIterable<Row>;
}

export async function runOne(runner: CypherRunner, statement: Statement): Promise<readonly Row[]> {
  return (await runner.runAll([statement]))[0] ?? [];
}

/** Names come from a checked model; the backticks are for words that the language has taken, such as `Order`. */
export function quoted(name: string): string {
  return `\`${name}\``;
}
