import neo4j, { type Config, type Driver, type Record as BoltRecord, type Result } from 'neo4j-driver';
import type { CypherReader, CypherRunner, Row, Statement } from '../cypher/statement.ts';
import type { Neo4jOptions } from './options.ts';

/** A driver with its pool; it connects when it is used. */
export function createDriver(options: Neo4jOptions): Driver {
  const { uri, user, password, caFile } = options;
  const config: Config = {
    maxConnectionPoolSize: options.maxConnections,
    connectionTimeout: options.connectTimeoutMs,
    connectionAcquisitionTimeout: options.acquireTimeoutMs,
    useBigInt: true,
    telemetryDisabled: true,
    userAgent: 'flow-state-webhooks',
  };
  const auth = neo4j.auth.basic(user, password);
  if (caFile === undefined) return neo4j.driver(uri, auth, config);
  // The driver takes an authority only where the address does not say already how to encrypt.
  return neo4j.driver(uri.replace('+s:', ':'), auth, {
    ...config,
    encrypted: 'ENCRYPTION_ON',
    trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES',
    trustedCertificates: [caFile],
  });
}

interface Runs {
  run(text: string, parameters: Statement['parameters']): Result;
}

/** Sends all statements at once; the server runs them one after the other. */
export class BoltRunner implements CypherRunner {
  readonly #transaction: Runs;

  constructor(transaction: Runs) {
    this.#transaction = transaction;
  }

  async runAll(statements: readonly Statement[]): Promise<Row[][]> {
    const results = statements.map(({ text, parameters }) => this.#transaction.run(text, parameters));
    return (await Promise.all(results)).map(({ records }) => records.map(asRow));
  }
}

/** Reads, each in a session of its own. */
export class BoltReader implements CypherReader {
  readonly #driver: Driver;
  readonly #database: string;
  readonly #timeoutMs: number;

  constructor(driver: Driver, database: string, timeoutMs: number) {
    this.#driver = driver;
    this.#database = database;
    this.#timeoutMs = timeoutMs;
  }

  async runAll(statements: readonly Statement[]): Promise<Row[][]> {
    const results: Row[][] = [];
    for (const statement of statements) {
      const rows: Row[] = [];
      for await (const row of this.stream(statement)) rows.push(row);
      results.push(rows);
    }
    return results;
  }

  async *stream({ text, parameters }: Statement): AsyncGenerator<Row> {
    const session = readSession(this.#driver, this.#database);
    try {
      const result = session.run(text, parameters, { timeout: this.#timeoutMs });
      for await (const record of result) yield asRow(record);
    } finally {
      await session.close();
    }
  }
}

export function readSession(
  driver: Driver,
  database: string,
  fetchSize = 1000,
): ReturnType<Driver['session']> {
  return driver.session({ database, defaultAccessMode: neo4j.session.READ, fetchSize });
}

function asRow(record: BoltRecord): Row {
  return record.toObject();
}
