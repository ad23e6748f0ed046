import { connectedModel } from '../graph/connected-model.ts';
import { connected, type KnownPerson, namesIn } from './connect.ts';
import type { ActiveProvider } from './provider.ts';
import type { GraphModel } from '../graph/model.ts';
import type { Mutation } from '../graph/mutation.ts';
import type { NamesIn } from '../graph/saved/resolve-entity.ts';

/** What the enabled providers are together. */
export interface Together {
  readonly model: GraphModel;
  readonly connect: (mutations: readonly Mutation[]) => Mutation[];
  /** What a text names, for whoever asks by a name. */
  readonly namesIn: NamesIn;
}

/** One graph of several providers: their models, what joins them, and who is who. */
export function bringTogether(
  active: Iterable<ActiveProvider>,
  people: readonly KnownPerson[] = [],
): Together {
  const entries = [...active];
  const providers = [...new Set(entries.map(({ provider }) => provider))];
  const added = entries.flatMap(({ provider, settings }) => provider.modelOf?.(settings) ?? []);
  const model = connectedModel([...providers.map((provider) => provider.model), ...added]);
  const readers = providers.flatMap(({ referencesIn }) => referencesIn ?? []);
  return {
    model,
    connect: (mutations) => connected(mutations, { model, readers, people }),
    namesIn: (text) => namesIn(text, readers),
  };
}
