import { decodeClock, splitStamp } from '../clock.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import type { PropertyValue } from '../mutation.ts';
import type { EntityView, Neighbour } from '../store.ts';
import { quoted, type Row, type Session } from './engine.ts';
import { fromColumn, readExpression, timeOfText } from './values.ts';

const maxNeighbours = 500;
const maxDeliveries = 100;

/** A node with what is around it. The label is one of the model's. */
export async function readEntity(
  session: Session,
  model: GraphModel,
  { label, key }: { label: string; key: string },
): Promise<EntityView | undefined> {
  const properties = Object.entries(model.nodes[label] ?? {});
  const isDelivery = label === deliveryLabel;
  const own = isDelivery ? [] : ['n._clock AS clock', 'CAST(n.deleted_at AS STRING) AS deleted_at'];
  const columns = properties.map(([name, type], index) => `${readExpression('n', name, type)} AS p${index}`);
  const match = `MATCH (n:${quoted(label)} {\`key\`: $key})`;
  const [row] = await session.run(`${match} RETURN ${['n.`key` AS key', ...own, ...columns].join(', ')}`, {
    key,
  });
  if (row === undefined) return undefined;
  const values = properties.map(([name, type], index) => [name, fromColumn(row[`p${index}`], type)] as const);
  return {
    node: { label, key },
    properties: Object.fromEntries(values.filter(([, value]) => value !== null)),
    deletedAt: typeof row['deleted_at'] === 'string' ? timeOfText(row['deleted_at']) : null,
    sources: isDelivery ? {} : sourcesOf({ label, key }, row, values),
    neighbours: [
      ...(await readNeighbours(session, model, { match, key, direction: 'out' })),
      ...(await readNeighbours(session, model, { match, key, direction: 'in' })),
    ],
    deliveries: isDelivery ? [] : await readDeliveries(session, match, key),
  };
}

function sourcesOf(
  ref: EntityView['node'],
  row: Row,
  values: readonly (readonly [string, PropertyValue])[],
): EntityView['sources'] {
  const state = decodeClock(ref, row['clock'] as string, new Map(values));
  return Object.fromEntries([...state.written].map(([name, stamp]) => [name, splitStamp(stamp)]));
}

interface Around {
  readonly match: string;
  readonly key: string;
  readonly direction: 'out' | 'in';
}

async function readNeighbours(
  session: Session,
  model: GraphModel,
  { match, key, direction }: Around,
): Promise<Neighbour[]> {
  const types = Object.keys(model.edges);
  if (types.length === 0) return [];
  const edge = `[e:${types.map(quoted).join('|')}]`;
  const names = ['name', 'title'].filter((name) =>
    Object.values(model.nodes).some((label) => Object.hasOwn(label, name)),
  );
  const columns = [
    'label(e) AS type',
    'label(m) AS label',
    'm.`key` AS key',
    'e.stamp AS stamp',
    ...names.map((name) => `m.${name} AS ${name}`),
  ];
  const rows = await session.run(
    `${match}${direction === 'out' ? `-${edge}->` : `<-${edge}-`}(m) RETURN ${columns.join(', ')} ORDER BY stamp DESC LIMIT ${maxNeighbours}`,
    { key },
  );
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
  session: Session,
  match: string,
  key: string,
): Promise<EntityView['deliveries']> {
  const rows = await session.run(
    `${match}<-[:${touchedType}]-(d:${deliveryLabel}) RETURN d.\`key\` AS key, d.event_type AS event_type, ` +
      `CAST(d.event_time AS STRING) AS event_time ORDER BY event_time DESC LIMIT ${maxDeliveries}`,
    { key },
  );
  return rows.map((row) => ({
    key: row['key'] as string,
    eventType: row['event_type'] as string,
    eventTime: timeOfText(row['event_time'] as string),
  }));
}
