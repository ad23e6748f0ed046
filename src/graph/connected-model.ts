import { type GraphModel, mergeModels } from './model.ts';

/** A name by which texts refer to something: `acme/app#12`. */
export const aliasLabel = 'Alias';
/** What a text names. */
export const citesType = 'CITES';
/** Which node a name stands for. */
export const standsForType = 'STANDS_FOR';
/** The two in one step; the store derives it. */
export const referencesType = 'REFERENCES';
export const personLabel = 'Person';
export const isPersonType = 'IS';
const userLabel = 'User';

export const connectedMeanings = {
  [aliasLabel]:
    'A name by which texts refer to something, such as `acme/app#12`, whether that is known yet or not.',
  [personLabel]:
    'Somebody, over all the accounts that one verified e-mail address or the configuration joins.',
};

/**
 * The model of several providers with what joins them:
 *
 *     (PullRequest)-[CITES]->(Alias)-[STANDS_FOR]->(Task), and so (PullRequest)-[REFERENCES]->(Task)
 *     (User)-[IS]->(Person)
 */
export function connectedModel(models: readonly GraphModel[]): GraphModel {
  const merged = mergeModels(models);
  const writers = Object.keys(merged.texts ?? {});
  const targets = merged.referable ?? [];
  const hasUsers = merged.nodes[userLabel] !== undefined;
  const between: GraphModel = {
    nodes: {
      [aliasLabel]: { name: 'string' },
      ...(hasUsers ? { [personLabel]: { name: 'string' } } : {}),
    },
    edges: {
      [citesType]: writers.map((label) => [label, aliasLabel] as const),
      [standsForType]: targets.map((label) => [aliasLabel, label] as const),
      [referencesType]: writers.flatMap((from) => targets.map((to) => [from, to] as const)),
      ...(hasUsers ? { [isPersonType]: [[userLabel, personLabel] as const] } : {}),
    },
  };
  return mergeModels([merged, between]);
}
