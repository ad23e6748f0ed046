import { ProviderBrokenError } from '../errors.ts';

/** What a property holds. `time` is an ISO text in mutations and a real timestamp in a store; `strings` is a list. */
export type PropertyType = 'string' | 'integer' | 'float' | 'boolean' | 'time' | 'strings';

/** Labels with their typed properties, relationships with the pairs of labels that they join. */
export interface GraphModel {
  readonly nodes: Readonly<Record<string, Readonly<Record<string, PropertyType>>>>;
  readonly edges: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;
  /** What a node of a label is, in a sentence: for docs/graph-model.md. */
  readonly meanings?: Readonly<Record<string, string>>;
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
  for (const model of models) {
    for (const [label, properties] of Object.entries(model.nodes)) {
      const merged = (nodes[label] ??= {});
      for (const [property, type] of Object.entries(properties)) {
        if ((merged[property] ??= type) !== type) {
          throw new ProviderBrokenError(
            `${label}.${property} is declared as ${merged[property]} and as ${type}.`,
          );
        }
      }
    }
    for (const [type, pairs] of Object.entries(model.edges)) {
      const merged = (edges[type] ??= []);
      for (const pair of pairs) {
        if (!merged.some(([from, to]) => from === pair[0] && to === pair[1])) merged.push(pair);
      }
    }
  }
  return { nodes, edges };
}

/** What the graph itself adds to every model: the deliveries, and what each of them touched. */
export const deliveryLabel = 'Delivery';
export const touchedType = 'TOUCHED';
