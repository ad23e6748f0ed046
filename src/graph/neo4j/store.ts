import type { Driver, Session } from 'neo4j-driver';
import { GraphUnavailableError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';
import type { Transaction } from '../backend.ts';
import { CypherStore } from '../cypher/cypher-store.ts';
import type { GraphModel } from '../model.ts';
import type { QueryBounds, QueryResult } from '../store.ts';
import { BoltReader, BoltRunner, createDriver } from './bolt.ts';
import { neo4jDialect } from './dialect.ts';
import { asOurs } from './failure.ts';
import type { Neo4jOptions } from './options.ts';
import { runQuery } from './query.ts';
import { answered, retrying } from './retry.ts';
import { migrate, readDeclared } from './schema.ts';
import { Neo4jTransaction } from './transaction.ts';
import { warmUp } from './warm-up.ts';

/** @throws GraphUnavailableError where the server is not there or refuses the user */
export async function openNeo4jStore(options: Neo4jOptions): Promise<Neo4jStore> {
  const driver = createDriver(options);
  try {
    const { database, connectTimeoutMs, acquireTimeoutMs } = options;
    await answered(connectTimeoutMs + acquireTimeoutMs, driver.getServerInfo({ database }));
  } catch (error) {
    await driver.close();
    const message = messageOf(error);
    throw new GraphUnavailableError(`The graph at ${options.uri} cannot be opened: ${message}`, {
      cause: error,
    });
  }
  return new Neo4jStore(driver, options);
}

/** The graph on a Neo4j server, which any number of processes may share. */
export class Neo4jStore extends CypherStore<BoltReader> {
  readonly #driver: Driver;
  readonly #options: Neo4jOptions;

  constructor(driver: Driver, options: Neo4jOptions) {
    super(neo4jDialect);
    this.#driver = driver;
    this.#options = options;
  }

  protected async migrateTo(model: GraphModel): Promise<void> {
    await retrying(async () => {
      await migrate(this.#driver, this.#options.database, model);
      await this.#inSession(async (session) => await warmUp(new BoltRunner(session), model));
    });
  }

  /** What is asked twice is decided anew. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const { transactionTimeoutMs, acquireTimeoutMs } = this.#options;
    return await retrying(
      async () => await answered(acquireTimeoutMs + transactionTimeoutMs + graceMs, this.#transact(work)),
    );
  }

  async query(
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
    bounds: QueryBounds,
  ): Promise<QueryResult> {
    return await runQuery(this.#driver, this.#options.database, { cypher, parameters, bounds });
  }

  async declared(): Promise<GraphModel> {
    return await this.read(readDeclared);
  }

  protected async closeEngine(): Promise<void> {
    await this.#driver.close();
  }

  async #transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const { transactionTimeoutMs: timeout } = this.#options;
    return await this.#inSession(async (session) => {
      const transaction = await session.beginTransaction({ timeout });
      try {
        const result = await work(new Neo4jTransaction(new BoltRunner(transaction), this.model));
        await transaction.commit();
        return result;
      } finally {
        await transaction.close(); // rolls back what is not committed
      }
    });
  }

  async #inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#driver.session({ database: this.#options.database });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  protected async read<T>(work: (reader: BoltReader) => Promise<T>): Promise<T> {
    const { connectTimeoutMs, acquireTimeoutMs, transactionTimeoutMs } = this.#options;
    const reader = new BoltReader(this.#driver, this.#options.database, transactionTimeoutMs);
    const limitMs = connectTimeoutMs + acquireTimeoutMs + transactionTimeoutMs;
    return await retrying(async () => await answered(limitMs, work(reader)));
  }

  protected async *stream<T>(read: (reader: BoltReader) => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* read(new BoltReader(this.#driver, this.#options.database, streamTimeoutMs));
    } catch (error) {
      throw asOurs(error);
    }
  }
}

/** The server looks for transactions over their time every two seconds. */
const graceMs = 5000;

/** For dumps: long, but not for ever. */
const streamTimeoutMs = 3_600_000;
