import type { GraphModel } from '../graph/model.ts';
import type { Mutation } from '../graph/mutation.ts';
import { exampleOf, normalizeExample } from '../providers/example.ts';
import type { Provider } from '../providers/provider.ts';
import { loadFixtures } from '../providers/registry.ts';
import type { Together } from '../providers/together.ts';

/** Something of the graph, as a key: `Task`, `Task.name`, `-Task` (its end), `Task ASSIGNED_TO User`, `-Task ASSIGNED_TO User`. */
export type Fact = string;

/** Titles of providers, each with the types of its events that say a fact. */
export type Writers = ReadonlyMap<string, ReadonlySet<string>>;

export function edgeFact(from: string, type: string, to: string): Fact {
  return `${from} ${type} ${to}`;
}

/** Which events say what, by running every fixture through its provider. */
export async function findWriters(
  providers: ReadonlyMap<string, Provider>,
  { model, connect }: Pick<Together, 'model' | 'connect'>,
): Promise<ReadonlyMap<Fact, Writers>> {
  const found = new Map<Fact, Map<string, Set<string>>>();
  for (const provider of providers.values()) {
    for (const fixture of await loadFixtures(provider.name)) {
      if ('handshake' in fixture.expected) continue;
      const normalized = await normalizeExample(exampleOf(provider, fixture));
      if ('skipped' in normalized) continue;
      for (const fact of connect(normalized.mutations).flatMap((mutation) => factsOf(mutation, model))) {
        const writers = found.get(fact) ?? new Map<string, Set<string>>();
        found.set(fact, writers);
        writers.set(provider.title, (writers.get(provider.title) ?? new Set()).add(fixture.eventType));
      }
    }
  }
  return found;
}

function factsOf(mutation: Mutation, model: GraphModel): Fact[] {
  switch (mutation.op) {
    case 'upsert-node': {
      const { node, properties } = mutation;
      const told = Object.keys(properties).filter((name) => properties[name] !== undefined);
      return [node.label, ...told.map((name) => `${node.label}.${name}`)];
    }
    case 'delete-node':
      return [`-${mutation.node.label}`];
    case 'upsert-edge':
      return [edgeFact(mutation.from.label, mutation.type, mutation.to.label)];
    case 'delete-edge':
      return [`-${edgeFact(mutation.from.label, mutation.type, mutation.to.label)}`];
    case 'replace-edges':
      return replacedFacts(mutation, model);
  }
}

/** These edges and no others: what is named begins, and any other of the same kind ends. */
function replacedFacts(
  { node, type, direction, others }: Extract<Mutation, { op: 'replace-edges' }>,
  { edges }: GraphModel,
): Fact[] {
  const side = direction === 'out' ? 0 : 1;
  const ended = (edges[type] ?? []).filter((pair) => pair[side] === node.label);
  return [
    ...others.map(({ label }) =>
      direction === 'out' ? edgeFact(node.label, type, label) : edgeFact(label, type, node.label),
    ),
    ...ended.map(([from, to]) => `-${edgeFact(from, type, to)}`),
  ];
}
