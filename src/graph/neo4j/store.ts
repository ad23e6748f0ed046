import type { Driver, Session } from 'neo4j-driver';
import { GraphUnavailableError } from '../../errors.ts';
import type { Backend, Transaction } from '../backend.ts';
import { ConvergingWriter } from '../converging-writer.ts';
import { coreModel } from '../core-model.ts';
import { dumpDeliveries, dumpGraph } from '../cypher/dump.ts';
import { readEntity } from '../cypher/entity.ts';
import { type GraphModel, mergeModels } from '../model.ts';
import type {
  ApplyResult,
  DeliveryChange,
  DumpLine,
  EntityView,
  GraphStore,
  QueryBounds,
  QueryResult,
} from '../store.ts';
import { validateMutations } from '../validate.ts';
import { BoltReader, BoltRunner, createDriver } from './bolt.ts';
import { neo4jDialect } from './dialect.ts';
import { asOurs } from './failure.ts';
import type { Neo4jOptions } from './options.ts';
import { runQuery } from './query.ts';
import { retrying, within } from './retry.ts';
import { migrate, readDeclared } from './schema.ts';
import { Neo4jTransaction } from './transaction.ts';
import { warmUp } from './warm-up.ts';

/** @throws GraphUnavailableError where the server is not there or refuses the user */
export async function openNeo4jStore(options: Neo4jOptions): Promise<Neo4jStore> {
  const driver = createDriver(options);
  try {
    const { database, connectTimeoutMs, acquireTimeoutMs } = options;
    await within(connectTimeoutMs + acquireTimeoutMs, driver.getServerInfo({ database }));
  } catch (error) {
    await driver.close();
    const message = error instanceof Error ? error.message : String(error);
    throw new GraphUnavailableError(`The graph at ${options.uri} cannot be opened: ${message}`, {
      cause: error,
    });
  }
  return new Neo4jStore(driver, options);
}

/** The graph on a Neo4j server, which any number of processes may share. */
export class Neo4jStore implements GraphStore, Backend {
  readonly #driver: Driver;
  readonly #options: Neo4jOptions;
  readonly #writer = new ConvergingWriter(this, () => this.#model);
  #model: GraphModel = { nodes: {}, edges: {} };
  #closed = false;

  constructor(driver: Driver, options: Neo4jOptions) {
    this.#driver = driver;
    this.#options = options;
  }

  async migrate(model: GraphModel): Promise<void> {
    const merged = mergeModels([this.#model, coreModel, model]);
    const { database } = this.#options;
    await retrying(async () => {
      await migrate(this.#driver, database, merged);
      await this.#inSession(async (session) => await warmUp(new BoltRunner(session), merged));
    });
    this.#model = merged;
  }

  async apply(change: DeliveryChange): Promise<ApplyResult> {
    if (this.#closed) throw new GraphUnavailableError('The graph is closed.');
    validateMutations(this.#model, change.mutations);
    return await this.#writer.apply(change);
  }

  /** Called by the writer alone, one at a time; what it asks twice it decides anew. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const { transactionTimeoutMs, acquireTimeoutMs } = this.#options;
    return await retrying(
      async () => await within(acquireTimeoutMs + transactionTimeoutMs + graceMs, this.#transact(work)),
    );
  }

  async query(
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
    bounds: QueryBounds,
  ): Promise<QueryResult> {
    return await runQuery(this.#driver, this.#options.database, { cypher, parameters, bounds });
  }

  async entity(label: string, key: string): Promise<EntityView | undefined> {
    if (!Object.hasOwn(this.#model.nodes, label)) return undefined;
    const asked = { dialect: neo4jDialect, model: this.#model, node: { label, key } };
    return await this.#read(async (reader) => await readEntity(reader, asked));
  }

  async declared(): Promise<GraphModel> {
    return await this.#read(readDeclared);
  }

  dump(): AsyncIterable<DumpLine> {
    return this.#stream((reader) => dumpGraph(reader, { dialect: neo4jDialect, model: this.#model }));
  }

  deliveries(): AsyncIterable<DeliveryChange> {
    return this.#stream((reader) => dumpDeliveries(reader, neo4jDialect));
  }

  async ping(): Promise<void> {
    if (this.#closed) throw new GraphUnavailableError('The graph is closed.');
    await this.#read(async (reader) => await reader.runAll([{ text: 'RETURN 1', parameters: {} }]));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.idle();
    await this.#driver.close();
  }

  async #transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const { transactionTimeoutMs: timeout } = this.#options;
    return await this.#inSession(async (session) => {
      const transaction = await session.beginTransaction({ timeout });
      try {
        const result = await work(new Neo4jTransaction(new BoltRunner(transaction), this.#model));
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

  async #read<T>(work: (reader: BoltReader) => Promise<T>): Promise<T> {
    const { connectTimeoutMs, acquireTimeoutMs, transactionTimeoutMs } = this.#options;
    const reader = new BoltReader(this.#driver, this.#options.database, transactionTimeoutMs);
    const limitMs = connectTimeoutMs + acquireTimeoutMs + transactionTimeoutMs;
    return await retrying(async () => await within(limitMs, work(reader)));
  }

  async *#stream<T>(read: (reader: BoltReader) => AsyncIterable<T>): AsyncGenerator<T> {
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
