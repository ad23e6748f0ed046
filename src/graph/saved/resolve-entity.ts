import { EntityUnknownError } from '../../errors.ts';
import { aliasLabel, standsForType } from '../connected-model.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import type { GraphStore, QueryBounds } from '../store.ts';
import { nodeCell } from './node-cell.ts';
import type { EntityValue } from './parameters.ts';

/** What a text refers to: the key of its Alias, and the node where the name alone tells it. */
export type NamesIn = (text: string) => readonly { readonly alias: string; readonly target?: NodeRef }[];

export interface Asked {
  readonly graph: Pick<GraphStore, 'query'>;
  readonly model: GraphModel;
  readonly namesIn: NamesIn;
  readonly bounds: QueryBounds;
}

/**
 * The node that is meant by `clickup:task:86c2q7x1a`, `acme/checkout#12`, `CU-86c2q7x1a`, a link, or, where the label
 * is known, by the id that its key ends with. Where no enabled provider has the label, what asks for it is left out.
 *
 * @throws EntityUnknownError
 */
export async function resolveEntity(
  text: string,
  label: string | undefined,
  asked: Asked,
): Promise<EntityValue> {
  if (label !== undefined && !Object.hasOwn(asked.model.nodes, label)) return { label, key: text, alias: '' };
  const found =
    (await byKey(text, label === undefined ? Object.keys(asked.model.nodes) : [label], asked)) ??
    (await byName(text, asked)) ??
    (label === undefined ? undefined : await byId(text, label, asked));
  if (found !== undefined && (label === undefined || label === found.label)) return found;
  throw new EntityUnknownError(
    `The graph has no ${label ?? 'entity'} ${text.slice(0, 200)}; a key such as clickup:task:86c2q7x1a, a link, CU-86c2q7x1a and acme/app#12 are understood.`,
  );
}

async function byKey(
  key: string,
  labels: readonly string[],
  { graph, bounds }: Asked,
): Promise<EntityValue | undefined> {
  if (labels.length === 0 || !key.includes(':')) return undefined;
  const parts = labels.map((label) => `MATCH (n:${label} {key: $key}) RETURN '${label}' AS label`);
  const { rows } = await graph.query(parts.join(' UNION ALL '), { key }, bounds);
  const label = rows[0]?.[0];
  return typeof label === 'string' ? { label, key, alias: '' } : undefined;
}

async function byName(text: string, asked: Asked): Promise<EntityValue | undefined> {
  const [name] = asked.namesIn(text);
  if (name === undefined) return undefined;
  const { alias, target } = name;
  if (target !== undefined) {
    const known = await byKey(target.key, [target.label], asked);
    return known === undefined ? undefined : { ...known, alias };
  }
  const { rows } = await asked.graph.query(
    `MATCH (a:${aliasLabel} {key: $alias}) OPTIONAL MATCH (a)-[:${standsForType}]->(n) RETURN a.key, n`,
    { alias },
    asked.bounds,
  );
  if (rows.length === 0) return undefined;
  const node = nodeCell(rows[0]?.[1]);
  return { label: node?.label ?? aliasLabel, key: node?.key ?? alias, alias };
}

async function byId(id: string, label: string, { graph, bounds }: Asked): Promise<EntityValue | undefined> {
  const { rows } = await graph.query(
    `MATCH (n:${label}) WHERE n.key ENDS WITH $ending RETURN n.key ORDER BY n.key`,
    { ending: `:${id}` },
    { ...bounds, maxRows: 1 },
  );
  const key = rows[0]?.[0];
  return typeof key === 'string' ? { label, key, alias: '' } : undefined;
}
