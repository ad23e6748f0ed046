import { quoted } from '../cypher/statement.ts';
import { deliveryLabel, type GraphModel, type PropertyType, touchedType } from '../model.ts';
import type { Session } from './engine.ts';

const columnTypes: Record<PropertyType, string> = {
  string: 'STRING',
  integer: 'INT64',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
  strings: 'STRING[]',
};

/** Makes the tables and columns that the model has and the database has not. Repeatable. */
export async function migrate(session: Session, model: GraphModel): Promise<void> {
  for (const [label, properties] of Object.entries(model.nodes)) {
    const isDelivery = label === deliveryLabel;
    const own = isDelivery ? '`_wrote` STRING' : '`deleted_at` TIMESTAMP, `_clock` STRING';
    await session.run(
      `CREATE NODE TABLE IF NOT EXISTS ${quoted(label)} (\`key\` STRING PRIMARY KEY, ${own})`,
    );
    for (const [name, type] of Object.entries(properties)) {
      await session.run(
        `ALTER TABLE ${quoted(label)} ADD IF NOT EXISTS ${quoted(name)} ${columnTypes[type]}`,
      );
    }
  }
  for (const [type, pairs] of Object.entries(model.edges))
    await migrateEdges(session, type, pairs, '`stamp` STRING');
  const labels = Object.keys(model.nodes).filter((label) => label !== deliveryLabel);
  const touched = labels.map((label) => [deliveryLabel, label] as const);
  await migrateEdges(session, touchedType, touched, undefined);
}

/** The model of the tables that are there. */
export async function readDeclared(session: Session): Promise<GraphModel> {
  const tables = await session.run('CALL show_tables() RETURN name, type');
  const named = (type: string): string[] =>
    tables.filter((table) => table['type'] === type).map(({ name }) => name as string);
  const nodes: Record<string, Record<string, PropertyType>> = {};
  for (const label of named('NODE')) nodes[label] = await readProperties(session, label);
  const edges: Record<string, (readonly [string, string])[]> = {};
  for (const type of named('REL').filter((name) => name !== touchedType)) {
    const pairs = await session.run(`CALL show_connection('${type}') RETURN *`);
    edges[type] = pairs.map((pair) => [
      pair['source table name'] as string,
      pair['destination table name'] as string,
    ]);
  }
  return { nodes, edges };
}

const propertyTypes = new Map(
  Object.entries({ ...columnTypes, boolean: 'BOOL' }).map(([type, column]) => [column, type as PropertyType]),
);
const ownColumns = new Set(['key', 'deleted_at', '_wrote', '_clock']);

async function readProperties(session: Session, label: string): Promise<Record<string, PropertyType>> {
  const columns = await session.run(`CALL table_info('${label}') RETURN name, type`);
  const properties = columns.flatMap(({ name, type }) => {
    const known = propertyTypes.get(type as string);
    return ownColumns.has(name as string) || known === undefined ? [] : [[name as string, known] as const];
  });
  return Object.fromEntries(properties);
}

async function migrateEdges(
  session: Session,
  type: string,
  pairs: readonly (readonly [string, string])[],
  column: string | undefined,
): Promise<void> {
  const ends = pairs.map(([from, to]) => `FROM ${quoted(from)} TO ${quoted(to)}`);
  if (ends.length === 0) return;
  const columns = [...ends, ...(column === undefined ? [] : [column])].join(', ');
  await session.run(`CREATE REL TABLE IF NOT EXISTS ${quoted(type)} (${columns})`);
  for (const end of ends) await session.run(`ALTER TABLE ${quoted(type)} ADD IF NOT EXISTS ${end}`);
}
