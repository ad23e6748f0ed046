import lbug from '@ladybugdb/core';
import type { Connection, Database, LbugValue, PreparedStatement, QueryResult } from '@ladybugdb/core';
import { DataDirLockedError, GraphRejectedError, GraphUnavailableError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';
import { StatementCosts } from './statement-costs.ts';
import type { StatementPace } from './statement-pace.ts';
import type { CypherReader, Statement } from '../cypher/statement.ts';

export type Row = Record<string, LbugValue>;
type Results = QueryResult | QueryResult[];

/**
 * The engine makes a checkpoint in the COMMIT with which its log becomes larger. Far more than `Checkpoints` lets it be:
 * those hold up nobody.
 */
const engineCheckpointBytes = 128 * 1024 * 1024;

/** Opens the database; the engine holds a lock on its file. @throws DataDirLockedError, GraphUnavailableError */
export async function openDatabase(path: string, bufferPoolBytes: number): Promise<Database> {
  try {
    return await openWithLog(path, bufferPoolBytes);
  } catch (error) {
    if (/lock/i.test(messageOf(error))) {
      throw new DataDirLockedError(`The graph at ${path} is open in another process; stop that one first.`, {
        cause: error,
      });
    }
    throw new GraphUnavailableError(`The graph at ${path} cannot be opened: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** What the engine says of a log that was written with checksums. */
const hasChecksums = /enableChecksums=True/i;
/** What it says of one whose last transaction is not whole: nobody was told that it was written. */
const isCutOff = /Reading past the end of the file/;

/** With the log that the last process left, whichever it is. */
async function openWithLog(path: string, bufferPoolBytes: number): Promise<Database> {
  try {
    return await openEngine(path, bufferPoolBytes);
  } catch (error) {
    const said = messageOf(error);
    if (isCutOff.test(said)) return await openEngine(path, bufferPoolBytes, { throwOnCutLog: false });
    if (!hasChecksums.test(said)) throw error;
    // An earlier release left it: it is read once, and gone with the close.
    const database = await openEngine(path, bufferPoolBytes, { enableChecksums: true });
    await database.close();
    return await openEngine(path, bufferPoolBytes);
  }
}

interface LogOptions {
  /**
   * Not where this program writes: the engine's writer of checksums loses bytes of a transaction over 4 KB, and after a
   * kill the whole graph cannot be opened (LadybugDB 0.19.1).
   */
  readonly enableChecksums?: boolean;
  readonly throwOnCutLog?: boolean;
}

async function openEngine(
  path: string,
  bufferPoolBytes: number,
  { enableChecksums = false, throwOnCutLog = true }: LogOptions = {},
): Promise<Database> {
  const memory = [path, bufferPoolBytes, true, false, 0] as const;
  const log = [true, engineCheckpointBytes, throwOnCutLog, enableChecksums] as const;
  const database = new lbug.Database(...memory, ...log);
  await database.init();
  return database;
}

type AloneStatement = Statement & { readonly alone: string };

export interface SessionOptions {
  /** Says which statements run row by row. */
  readonly costs?: StatementCosts;
  /** Says which statements are run at once; none, unless given. */
  readonly pace?: StatementPace;
}

/** One connection with its prepared statements; a text is prepared once. */
export class Session implements CypherReader {
  readonly #connection: Connection;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #costs: StatementCosts;
  readonly #pace: StatementPace | undefined;

  private constructor(connection: Connection, { costs = new StatementCosts(), pace }: SessionOptions) {
    this.#connection = connection;
    this.#costs = costs;
    this.#pace = pace;
  }

  static async open(database: Database, options: SessionOptions = {}): Promise<Session> {
    const connection = new lbug.Connection(database);
    await connection.init();
    return new Session(connection, options);
  }

  async run(statement: string, parameters?: Record<string, LbugValue>): Promise<Row[]> {
    const result =
      (await this.#runAtOnce(statement, parameters)) ?? (await this.#runAside(statement, parameters));
    const last = Array.isArray(result) ? result.at(-1) : result;
    if (last === undefined) return [];
    try {
      return last.getAllSync(); // they are in memory; else each row takes a turn of the event loop
    } finally {
      last.close();
    }
  }

  /** In this thread, where it takes less than to wait for another one. */
  async #runAtOnce(statement: string, parameters?: Record<string, LbugValue>): Promise<Results | undefined> {
    if (this.#pace?.isQuick(statement) !== true) return undefined;
    const prepared = parameters === undefined ? undefined : await this.#prepare(statement);
    await this.#pace.turn();
    const began = performance.now();
    const results =
      prepared === undefined
        ? this.#connection.querySync(statement)
        : this.#connection.executeSync(prepared, parameters);
    this.#pace.took(statement, performance.now() - began);
    return results;
  }

  async #runAside(statement: string, parameters?: Record<string, LbugValue>): Promise<Results> {
    if (parameters === undefined) return await this.#connection.query(statement);
    return await this.#connection.execute(await this.#prepare(statement), parameters);
  }

  /** Takes one to two seconds, and never in this thread. */
  async checkpoint(): Promise<void> {
    await this.#runAside('CHECKPOINT');
  }

  async runAll(statements: readonly Statement[]): Promise<Row[][]> {
    const results: Row[][] = [];
    for (const statement of statements) results.push(await this.#runOne(statement));
    return results;
  }

  async #runOne(statement: Statement): Promise<Row[]> {
    const rows = rowsOf(statement.parameters);
    const found = await this.#runRows(statement, rows);
    if (statement.forMissing === undefined) return found;
    const known = new Set(found.map(pairOf));
    const missing = rows.filter((row) => !known.has(pairOf(row)));
    if (missing.length > 0) {
      await this.#runRows({ ...statement.forMissing, parameters: { rows: missing } }, missing);
    }
    return found;
  }

  /** One row is looked for by parameters, which the engine plans in half the time. */
  async #runRows(statement: Statement, rows: readonly Row[]): Promise<Row[]> {
    if (canRunAlone(statement)) {
      if (rows.length === 1) return await this.#runEach(statement, rows);
      if (statement.followsEdges === true) return await this.#runAsMeasured(statement, rows);
    }
    return await this.run(statement.text, asValues(statement.parameters));
  }

  /** Together or row by row, as was measured to be cheaper. */
  async #runAsMeasured(statement: AloneStatement, rows: readonly Row[]): Promise<Row[]> {
    const { text, parameters } = statement;
    const began = performance.now();
    if (!this.#costs.isCheaperAlone(text, rows.length)) {
      const found = await this.run(text, asValues(parameters));
      this.#costs.tookTogether(text, performance.now() - began);
      return found;
    }
    const found = await this.#runEach(statement, rows);
    this.#costs.tookAlone(text, (performance.now() - began) / rows.length);
    return found;
  }

  async #runEach({ alone, probe }: AloneStatement, rows: readonly Row[]): Promise<Row[]> {
    const found: Row[] = [];
    for (const row of rows) {
      const isFutile = probe !== undefined && (await this.run(probe, row)).length === 0;
      if (!isFutile) found.push(...(await this.run(alone, row)));
    }
    return found;
  }

  /** Row by row out of the engine's memory; other statements may run in between. */
  async *stream({ text, parameters }: Statement): AsyncGenerator<Row> {
    const result = await this.#connection.execute(await this.#prepare(text), asValues(parameters));
    const last = Array.isArray(result) ? result.at(-1) : result;
    if (last === undefined) return;
    try {
      while (last.hasNext()) yield (await last.getNext()) ?? {};
    } finally {
      last.close();
    }
  }

  /** At most `maxRows` rows of a statement that is not kept. */
  async take(statement: string, parameters: Record<string, LbugValue>, maxRows: number): Promise<TakenRows> {
    const prepared = await this.#connection.prepare(statement);
    if (!prepared.isSuccess()) throw new GraphRejectedError(prepared.getErrorMessage());
    const result = await this.#connection.execute(prepared, parameters);
    const last = Array.isArray(result) ? result.at(-1) : result;
    if (last === undefined) return { columns: [], rows: [], truncated: false };
    try {
      const rows: Row[] = [];
      while (rows.length < maxRows && last.hasNext()) rows.push((await last.getNext()) ?? {});
      return { columns: await last.getColumnNames(), rows, truncated: last.hasNext() };
    } finally {
      last.close();
    }
  }

  setTimeout(ms: number): void {
    this.#connection.setQueryTimeout(ms);
  }

  async close(): Promise<void> {
    this.#statements.clear();
    await this.#connection.close();
  }

  async #prepare(statement: string): Promise<PreparedStatement> {
    const known = this.#statements.get(statement);
    if (known !== undefined) return known;
    const prepared = await this.#connection.prepare(statement);
    if (!prepared.isSuccess())
      throw new GraphRejectedError(`The graph does not take a statement: ${prepared.getErrorMessage()}`);
    this.#statements.set(statement, prepared);
    return prepared;
  }
}

/** Of `$rows` or `$keys`. */
function rowsOf({ rows, keys }: Statement['parameters']): Row[] {
  if (Array.isArray(keys)) return (keys as string[]).map((key) => ({ key }));
  return Array.isArray(rows) ? (rows as Row[]) : [];
}

function canRunAlone(statement: Statement): statement is AloneStatement {
  return statement.alone !== undefined;
}

function pairOf({ from, to }: Row): string {
  return `${from as string} ${to as string}`;
}

function asValues(parameters: Statement['parameters']): Record<string, LbugValue> {
  return parameters as Record<string, LbugValue>;
}

export interface TakenRows {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly truncated: boolean;
}
