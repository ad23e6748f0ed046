import { decodeClock, splitStamp } from '../clock.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import type { NodeRef, PropertyValue } from '../mutation.ts';
import type { EntityView, Neighbour } from '../store.ts';
import { type Dialect, readColumns } from './dialect.ts';
import { type CypherRunner, quoted, type Row, runOne, type Statement } from './statement.ts';

const maxNeighbours = 500;
const maxDeliveries = 100;

export interface EntityAsked {
  readonly dialect: Dialect;
  readonly model: GraphModel;
  /** Its label is one of the model's. */
  readonly node: NodeRef;
}

/** A node with what is around it. */
export async function readEntity(runner: CypherRunner, asked: EntityAsked): Promise<EntityView | undefined> {
  const { dialect, model, node } = asked;
  const isDelivery = node.label === deliveryLabel;
  const columns = readColumns(dialect, 'n', Object.entries(model.nodes[node.label] ?? {}));
  const own = isDelivery
    ? []
    : ['n._clock AS clock', `${dialect.read('n', 'deleted_at', 'time')} AS deleted_at`];
  const fields = ['n.`key` AS key', ...own, ...columns.expressions];
  const [row] = await runOne(runner, around(node, `RETURN ${fields.join(', ')}`));
  if (row === undefined) return undefined;
  const values = columns.valuesOf(row);
  return {
    node,
    properties: Object.fromEntries(values.filter(([, value]) => value !== null)),
    deletedAt: dialect.value(row['deleted_at'], 'time') as string | null,
    sources: isDelivery ? {} : sourcesOf(node, row, values),
    neighbours: [
      ...(await readNeighbours(runner, asked, 'out')),
      ...(await readNeighbours(runner, asked, 'in')),
    ],
    deliveries: isDelivery ? [] : await readDeliveries(runner, asked),
  };
}

function around({ label, key }: NodeRef, rest: string): Statement {
  return { text: `MATCH (n:${quoted(label)} {\`key\`: $key})${rest}`, parameters: { key } };
}

function sourcesOf(
  ref: NodeRef,
  row: Row,
  values: readonly (readonly [string, PropertyValue])[],
): EntityView['sources'] {
  const state = decodeClock(ref, row['clock'] as string, new Map(values));
  return Object.fromEntries([...state.written].map(([name, stamp]) => [name, splitStamp(stamp)]));
}

async function readNeighbours(
  runner: CypherRunner,
  { dialect, model, node }: EntityAsked,
  direction: 'out' | 'in',
): Promise<Neighbour[]> {
  const types = Object.keys(model.edges);
  if (types.length === 0) return [];
  const edge = `[e:${types.map(quoted).join('|')}]`;
  const names = ['name', 'title'].filter((name) =>
    Object.values(model.nodes).some((label) => Object.hasOwn(label, name)),
  );
  const columns = [
    `${dialect.typeOf('e')} AS type`,
    `${dialect.labelOf('m')} AS label`,
    'm.`key` AS key',
    'e.stamp AS stamp',
    ...names.map((name) => `m.${name} AS ${name}`),
  ];
  const pattern = direction === 'out' ? `-${edge}->(m)` : `<-${edge}-(m)`;
  const rest = `${pattern} RETURN ${columns.join(', ')} ORDER BY stamp DESC LIMIT ${maxNeighbours}`;
  const rows = await runOne(runner, around(node, rest));
  return rows.map((row): Neighbour => {
    const name = row['name'] ?? row['title'];
    return {
      type: row['type'] as string,
      direction,
      node: { label: row['label'] as string, key: row['key'] as string },
      name: typeof name === 'string' ? name : null,
      ...splitStamp(row['stamp'] as string),
    };
  });
}

async function readDeliveries(
  runner: CypherRunner,
  { dialect, node }: EntityAsked,
): Promise<EntityView['deliveries']> {
  const rest =
    `<-[:${touchedType}]-(d:${deliveryLabel}) RETURN d.\`key\` AS key, d.event_type AS event_type, ` +
    `${dialect.read('d', 'event_time', 'time')} AS event_time ORDER BY event_time DESC LIMIT ${maxDeliveries}`;
  const rows = await runOne(runner, around(node, rest));
  return rows.map((row) => ({
    key: row['key'] as string,
    eventType: row['event_type'] as string,
    eventTime: dialect.value(row['event_time'], 'time') as string,
  }));
}
