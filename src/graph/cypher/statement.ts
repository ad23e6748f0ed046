/** What comes back, by the names of the columns. */
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly text: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The same for one row of `$rows`, whose fields are its parameters, or for one of `$keys` as `$key`. */
  readonly alone?: string;
  /** For several rows the embedded engine reads whole tables, where it would find the edges of one node by its key. */
  readonly followsEdges?: boolean;
  /** Finds out at less cost whether `alone` would find anything: for the far ends of edges whole tables are read. */
  readonly probe?: string;
  /** Then run for the rows of which nothing came back, told apart by `from` and `to`. */
  readonly forMissing?: Pick<Statement, 'text' | 'alone'>;
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
