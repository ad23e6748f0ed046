import { dirname } from 'node:path';
import type { Database } from '@ladybugdb/core';
import { GraphUnavailableError, QueryRefusedError, QueryTimeoutError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';
import { findShortage } from '../../lifecycle/free-space.ts';
import type { Transaction } from '../backend.ts';
import { CypherStore } from '../cypher/cypher-store.ts';
import type { GraphModel } from '../model.ts';
import { requireReadOnly } from '../read-only.ts';
import type { QueryBounds, QueryResult } from '../store.ts';
import { ladybugDialect } from './dialect.ts';
import { Checkpoints } from './checkpoints.ts';
import { asOurs, isPoolFull } from './failure.ts';
import { openDatabase, Session } from './engine.ts';
import { asJson, asParameters } from './json.ts';
import { ReadSessions } from './read-sessions.ts';
import { migrate, readDeclared } from './schema.ts';
import type { StatementCosts } from './statement-costs.ts';
import { StatementPace } from './statement-pace.ts';
import { LadybugTransaction } from './transaction.ts';

export interface LadybugOptions {
  /** Path of the database file; its folder exists. */
  readonly path: string;
  /** Memory for pages; below 256 MB large batches fail. */
  readonly bufferPoolBytes?: number;
  /** Says which statements run row by row. */
  readonly costs?: StatementCosts;
}

const defaultBufferPoolBytes = 512 * 1024 * 1024;

/** @throws DataDirLockedError, GraphUnavailableError */
export async function openLadybugStore({
  path,
  bufferPoolBytes = defaultBufferPoolBytes,
  costs,
}: LadybugOptions): Promise<LadybugStore> {
  const database = await openDatabase(path, bufferPoolBytes);
  const writing = await Session.open(database, { pace: new StatementPace(), ...(costs && { costs }) });
  return new LadybugStore(database, writing, {
    folder: dirname(path),
    checkpoints: Checkpoints.of(writing, path, bufferPoolBytes),
  });
}

export interface LadybugParts {
  readonly folder: string;
  /** Of the session that writes. */
  readonly checkpoints: Checkpoints;
}

/** The embedded graph: LadybugDB in this process, one writer, readers beside it. */
export class LadybugStore extends CypherStore<Session> {
  readonly #database: Database;
  readonly #writing: Session;
  readonly #folder: string;
  readonly #checkpoints: Checkpoints;
  readonly #reading: ReadSessions;

  constructor(database: Database, writing: Session, { folder, checkpoints }: LadybugParts) {
    super(ladybugDialect);
    this.#database = database;
    this.#writing = writing;
    this.#folder = folder;
    this.#checkpoints = checkpoints;
    this.#reading = new ReadSessions(database);
  }

  protected async migrateTo(model: GraphModel): Promise<void> {
    // In one transaction: hundreds of them take five times as long, and half a schema would be left by a crash.
    await this.#inTransaction(async () => await migrate(this.#writing, model));
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return await this.#inTransaction(
      async () => await work(new LadybugTransaction(this.#writing, this.model)),
    );
  }

  async #inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.#requireSpace();
    return await this.#guarded(async () => {
      // Before a transaction: those who waited for the last one have their answers by then.
      if (this.#checkpoints.isDue) await this.#checkpoint();
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (!isPoolFull(error)) throw error;
        await this.#checkpoint();
        return await this.#attempt(work);
      }
    });
  }

  /** A read that follows edges meanwhile may end the process (LadybugDB 0.19.1). */
  async #checkpoint(): Promise<void> {
    await this.#reading.whileNothingIsRead(async () => await this.#checkpoints.make());
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    await this.#writing.run('BEGIN TRANSACTION');
    try {
      const result = await work();
      await this.#writing.run('COMMIT');
      this.#checkpoints.committed();
      return result;
    } catch (error) {
      await this.#writing.run('ROLLBACK').catch(() => undefined); // the first error tells what happened
      throw error;
    }
  }

  async query(
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
    bounds: QueryBounds,
  ): Promise<QueryResult> {
    requireReadOnly(cypher);
    return await this.#reading.use(async (session) => {
      session.setTimeout(bounds.timeoutMs);
      try {
        const { columns, rows, truncated } = await session.take(
          cypher,
          asParameters(parameters),
          bounds.maxRows,
        );
        return { columns, rows: rows.map((row) => columns.map((column) => asJson(row[column]))), truncated };
      } catch (error) {
        if (/interrupt|timeout/i.test(messageOf(error))) {
          throw new QueryTimeoutError(`The query took longer than ${bounds.timeoutMs} ms.`);
        }
        throw new QueryRefusedError(`The graph does not take the query: ${messageOf(error)}`);
      }
    });
  }

  async declared(): Promise<GraphModel> {
    return await this.read(readDeclared);
  }

  protected override async probe(): Promise<void> {
    await this.#requireSpace();
    await super.probe();
  }

  protected async closeEngine(): Promise<void> {
    await this.#reading.close();
    await this.#writing.close();
    await this.#database.close();
  }

  /** Deliveries wait, and the process goes on, where the engine would end it. */
  async #requireSpace(): Promise<void> {
    const shortage = await findShortage(this.#folder);
    if (shortage !== undefined) throw new GraphUnavailableError(`The graph cannot be written. ${shortage}`);
  }

  protected async read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return await this.#guarded(
      async () =>
        await this.#reading.use(async (session) => {
          session.setTimeout(readTimeoutMs);
          return await work(session);
        }),
    );
  }

  protected async *stream<T>(read: (session: Session) => AsyncIterable<T>): AsyncGenerator<T> {
    const session = await this.#reading.take();
    try {
      session.setTimeout(readTimeoutMs);
      yield* read(session);
    } catch (error) {
      throw asOurs(error);
    } finally {
      this.#reading.give(session);
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asOurs(error);
    }
  }
}

/** For dumps too: long, but not for ever. */
const readTimeoutMs = 600_000;
