import { coreModel } from '../graph/core-model.ts';
import { deliveryLabel, type GraphModel, mergeModels, touchedType } from '../graph/model.ts';
import type { Provider } from '../providers/provider.ts';
import { edgeFact, findWriters, type Fact, type Writers } from './graph-writers.ts';
import { markdownTable } from './markdown.ts';

interface Page {
  readonly providers: readonly Provider[];
  readonly model: GraphModel;
  readonly writers: ReadonlyMap<Fact, Writers>;
}

/** Of docs/graph-model.md: every label and relationship of the shipped providers, with the events that write it. */
export async function graphSections(
  providers: ReadonlyMap<string, Provider>,
): Promise<Readonly<Record<string, string>>> {
  const model = mergeModels([coreModel, ...[...providers.values()].map((provider) => provider.model)]);
  const page = { providers: [...providers.values()], model, writers: await findWriters(providers, model) };
  const labels = Object.keys(model.nodes).sort();
  return {
    labels: labels.map((label) => labelSection(page, label)).join('\n\n'),
    relationships: relationshipTable(page),
  };
}

function labelSection(page: Page, label: string): string {
  const properties = Object.entries(page.model.nodes[label] ?? {});
  const rows = properties.map(([name, type]) => [
    `\`${name}\``,
    type,
    label === deliveryLabel ? 'the graph itself' : titlesOf(page.writers.get(`${label}.${name}`)),
  ]);
  return [
    `### ${label}`,
    meaningOf(page, label),
    ...(label === deliveryLabel ? [] : [`Written by ${eventsOf(page, label)}.`]),
    ...(page.writers.has(`-${label}`) ? [`Ends with ${eventsOf(page, `-${label}`)}.`] : []),
    ...(rows.length === 0 ? [] : [markdownTable(['property', 'type', 'told by'], rows)]),
  ].join('\n\n');
}

/** In one sentence where the providers agree, else what it is at each of them. */
function meaningOf({ providers }: Page, label: string): string {
  const meanings = [{ title: '', model: coreModel }, ...providers].flatMap(({ title, model }) => {
    const meaning = model.meanings?.[label];
    return meaning === undefined ? [] : [{ title, meaning }];
  });
  const distinct = new Set(meanings.map(({ meaning }) => meaning));
  if (distinct.size <= 1) return [...distinct].join('');
  return meanings.map(({ title, meaning }) => `*${title}:* ${meaning}`).join(' ');
}

function relationshipTable(page: Page): string {
  const touched = [`\`${touchedType}\``, `${deliveryLabel} → any`, 'every delivery', ''];
  const rows = Object.entries(page.model.edges)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([type, pairs]) =>
      pairs.map(([from, to]) => [
        `\`${type}\``,
        `${from} → ${to}`,
        eventsOf(page, edgeFact(from, type, to)),
        eventsOf(page, `-${edgeFact(from, type, to)}`, ''),
      ]),
    );
  return markdownTable(['relationship', 'from → to', 'written by', 'ended by'], [touched, ...rows]);
}

function titlesOf(writers: Writers | undefined): string {
  return writers === undefined ? nobody : [...writers.keys()].join(', ');
}

const nobody = '–';

function eventsOf({ providers, writers }: Page, fact: Fact, none = nobody): string {
  const found = [...(writers.get(fact) ?? [])].map(([title, events]) => {
    const known = providers.find((provider) => provider.title === title)?.events ?? [];
    const isEvery = known.length > 1 && known.every((event) => events.has(event));
    return `${title} ${
      isEvery
        ? 'every event'
        : [...events]
            .sort()
            .map((event) => `\`${event}\``)
            .join(' ')
    }`;
  });
  return found.join('; ') || none;
}
