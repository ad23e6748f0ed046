import type { Driver, ManagedTransaction } from 'neo4j-driver';
import { GraphRejectedError } from '../../errors.ts';
import { type CypherReader, quoted, runOne } from '../cypher/statement.ts';
import { deliveryLabel, extendModel, type GraphModel } from '../model.ts';

interface Migration {
  readonly version: number;
  /** Repeatable: several processes may start at once. */
  readonly statements: readonly string[];
}

/** In their order; one that was released is never changed. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      'CREATE CONSTRAINT flowstate_schema IF NOT EXISTS FOR (s:FlowStateSchema) REQUIRE s.id IS UNIQUE',
      `CREATE INDEX flowstate_delivery_time IF NOT EXISTS FOR (d:${deliveryLabel}) ON (d.event_time)`,
      `CREATE INDEX flowstate_delivery_id IF NOT EXISTS FOR (d:${deliveryLabel}) ON (d.provider, d.delivery_id)`,
    ],
  },
];

/**
 * Brings the database to this release's version, which it keeps in a node of its own, and makes the key of each of the
 * model's labels unique. Repeatable.
 *
 * @throws GraphRejectedError where a newer release wrote it
 */
export async function migrate(driver: Driver, database: string, model: GraphModel): Promise<void> {
  const session = driver.session({ database });
  try {
    const known = await session.executeRead(readVersion);
    const newest = migrations.at(-1)?.version ?? 0;
    if (known > newest) {
      throw new GraphRejectedError(
        `The graph has version ${known}, written by a newer release; this one knows up to ${newest}.`,
      );
    }
    for (const { version, statements } of migrations.filter((one) => one.version > known)) {
      await session.executeWrite(async (transaction) => await runEach(transaction, statements));
      await session.executeWrite(async (transaction) => await recordVersion(transaction, version));
    }
    const missing = await session.executeRead(
      async (transaction) => await labelsWithoutKey(transaction, model),
    );
    await session.executeWrite(async (transaction) => await runEach(transaction, missing.map(keyConstraint)));
    await session.executeWrite(async (transaction) => await rememberModel(transaction, model));
    await session.executeRead(async (transaction) => await transaction.run('CALL db.awaitIndexes(300)'));
  } finally {
    await session.close();
  }
}

async function readVersion(transaction: ManagedTransaction): Promise<number> {
  const { records } = await transaction.run(
    'MATCH (s:FlowStateSchema {id: "graph"}) RETURN s.version AS version',
  );
  return Number((records[0]?.get('version') as bigint | undefined) ?? 0);
}

async function recordVersion(transaction: ManagedTransaction, version: number): Promise<void> {
  await transaction.run(
    'MERGE (s:FlowStateSchema {id: "graph"}) ' +
      'SET s.version = CASE WHEN coalesce(s.version, 0) < $version THEN $version ELSE s.version END',
    { version: BigInt(version) },
  );
}

/** The server knows no types of properties that nobody has, and no edges that ended: the model is kept as text. */
async function rememberModel(transaction: ManagedTransaction, model: GraphModel): Promise<void> {
  const { records } = await transaction.run(
    'MERGE (s:FlowStateSchema {id: "graph"}) SET s._lock = true RETURN s._model AS model',
  );
  const known = records[0]?.get('model') as string | null | undefined;
  const whole = JSON.stringify(extendModel(model, modelOf(known)));
  if (whole === known) return;
  await transaction.run('MATCH (s:FlowStateSchema {id: "graph"}) SET s._model = $whole', { whole });
}

/** All that any process ever migrated the database to. */
export async function readDeclared(reader: CypherReader): Promise<GraphModel> {
  const text = 'MATCH (s:FlowStateSchema {id: "graph"}) RETURN s._model AS model';
  const row = (await runOne(reader, { text, parameters: {} }))[0];
  return modelOf(row?.['model'] as string | null | undefined);
}

function modelOf(text: string | null | undefined): GraphModel {
  return text === undefined || text === null ? { nodes: {}, edges: {} } : (JSON.parse(text) as GraphModel);
}

async function labelsWithoutKey(transaction: ManagedTransaction, { nodes }: GraphModel): Promise<string[]> {
  const { records } = await transaction.run(
    "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties WHERE type = 'UNIQUENESS' AND properties = ['key'] " +
      'RETURN labelsOrTypes[0] AS label',
  );
  const known = new Set(records.map((record) => record.get('label') as string));
  return Object.keys(nodes).filter((label) => !known.has(label));
}

function keyConstraint(label: string): string {
  return (
    `CREATE CONSTRAINT ${quoted(`flowstate_key_${label}`)} IF NOT EXISTS ` +
    `FOR (n:${quoted(label)}) REQUIRE n.\`key\` IS UNIQUE`
  );
}

async function runEach(transaction: ManagedTransaction, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await transaction.run(statement);
}
