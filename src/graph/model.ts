import { ProviderBrokenError } from '../errors.ts';

/** What a property holds. `time` is an ISO text in mutations and a real timestamp in a store; `strings` is a list. */
export type PropertyType = 'string' | 'integer' | 'float' | 'boolean' | 'time' | 'strings';

/** Labels with their typed properties, relationships with the pairs of labels that they join. */
export interface GraphModel {
  readonly nodes: Readonly<Record<string, Readonly<Record<string, PropertyType>>>>;
  readonly edges: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;
  /** What a node of a label is, in a sentence: for docs/graph-model.md. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Properties in which people write, by label: what they refer to becomes edges. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  /** Labels that such a reference may stand for. */
  readonly referable?: readonly string[];
  /** Of those, the ones whose key no reference tells: the property with the address that does, by label. */
  readonly addresses?: Readonly<Record<string, string>>;
}

/** Declares a model; names are letters, digits and underscores, for they become names of tables and columns. */
export function defineModel<const M extends GraphModel>(model: M): M {
  const names = [
    ...Object.keys(model.nodes),
    ...Object.values(model.nodes).flatMap((properties) => Object.keys(properties)),
    ...Object.keys(model.edges),
  ];
  const unsound = names.filter((name) => !/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name));
  if (unsound.length > 0)
    throw new ProviderBrokenError(`Not a sound name in a graph model: ${unsound.join(', ')}`);
  for (const [type, pairs] of Object.entries(model.edges)) {
    const missing = pairs.flat().filter((label) => model.nodes[label] === undefined);
    if (missing.length > 0)
      throw new ProviderBrokenError(`${type} joins undeclared labels: ${missing.join(', ')}`);
  }
  const { texts = {}, addresses = {}, referable = [] } = model;
  const read = [
    ...Object.entries(texts),
    ...Object.entries(addresses).map(([label, name]) => [label, [name]] as const),
  ];
  const unread = read.flatMap(([label, properties]) =>
    properties.filter((name) => model.nodes[label]?.[name] !== 'string').map((name) => `${label}.${name}`),
  );
  const wrong = [...unread, ...referable.filter((label) => model.nodes[label] === undefined)];
  if (wrong.length > 0) throw new ProviderBrokenError(`Not declared, or no text: ${wrong.join(', ')}`);
  return model;
}

/**
 * One model of several; the same label or relationship may be declared by many, as long as the types agree.
 *
 * @throws ProviderBrokenError where two parts give one property different types
 */
export function mergeModels(models: readonly GraphModel[]): GraphModel {
  const nodes: Record<string, Record<string, PropertyType>> = {};
  const edges: Record<string, (readonly [string, string])[]> = {};
  const texts: Record<string, readonly string[]> = {};
  for (const model of models) {
    for (const [label, properties] of Object.entries(model.nodes)) mergeProperties(nodes, label, properties);
    for (const [type, pairs] of Object.entries(model.edges)) {
      const merged = (edges[type] ??= []);
      for (const pair of pairs) {
        if (!merged.some(([from, to]) => from === pair[0] && to === pair[1])) merged.push(pair);
      }
    }
    for (const [label, properties] of Object.entries(model.texts ?? {})) {
      texts[label] = [...new Set([...(texts[label] ?? []), ...properties])];
    }
  }
  return {
    nodes,
    edges,
    texts,
    referable: [...new Set(models.flatMap(({ referable = [] }) => referable))],
    addresses: Object.assign({}, ...models.map(({ addresses }) => addresses)) as Record<string, string>,
  };
}

/** A model with what another one has beside: where both have a property, it keeps its type. */
export function extendModel(model: GraphModel, other: GraphModel): GraphModel {
  const nodes = Object.entries(other.nodes).map(([label, properties]) => [
    label,
    { ...properties, ...model.nodes[label] },
  ]);
  return mergeModels([{ ...other, nodes: Object.fromEntries(nodes) as GraphModel['nodes'] }, model]);
}

function mergeProperties(
  nodes: Record<string, Record<string, PropertyType>>,
  label: string,
  properties: GraphModel['nodes'][string],
): void {
  const merged = (nodes[label] ??= {});
  for (const [property, type] of Object.entries(properties)) {
    if ((merged[property] ??= type) !== type) {
      throw new ProviderBrokenError(
        `${label}.${property} is declared as ${merged[property]} and as ${type}.`,
      );
    }
  }
}

/** What the graph itself adds to every model: the deliveries, and what each of them touched. */
export const deliveryLabel = 'Delivery';
export const touchedType = 'TOUCHED';
