import { coreModel } from '../graph/core-model.ts';
import { citesType, connectedMeanings, referencesType } from '../graph/connected-model.ts';
import { deliveryLabel, type GraphModel, mergeModels, touchedType } from '../graph/model.ts';
import { exampleSettings } from '../providers/example.ts';
import type { ActiveProvider, Provider } from '../providers/provider.ts';
import { bringTogether } from '../providers/together.ts';
import { edgeFact, findWriters, type Fact, type Writers } from './graph-writers.ts';
import { markdownTable } from './markdown.ts';

interface Edge {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

interface Page {
  readonly providers: readonly Provider[];
  readonly model: GraphModel;
  readonly writers: ReadonlyMap<Fact, Writers>;
}

/** Of docs/graph-model.md: every label and relationship of the shipped providers, with the events that write it. */
export async function graphSections(
  providers: ReadonlyMap<string, Provider>,
): Promise<Readonly<Record<string, string>>> {
  const together = bringTogether([...providers.values()].map(asActive));
  const model = mergeModels([coreModel, together.model]);
  const writers = await findWriters(providers, { model, connect: together.connect });
  const page = { providers: [...providers.values()], model, writers };
  const labels = Object.keys(model.nodes).sort();
  return {
    labels: labels.map((label) => labelSection(page, label)).join('\n\n'),
    relationships: relationshipTable(page),
  };
}

function asActive(provider: Provider): ActiveProvider {
  return { name: provider.name, provider, settings: provider.settings.parse(exampleSettings(provider)) };
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
    ...(label === deliveryLabel ? [] : [`Written by ${eventsOf(page, [label])}.`]),
    ...(page.writers.has(`-${label}`) ? [`Ends with ${eventsOf(page, [`-${label}`])}.`] : []),
    ...(rows.length === 0 ? [] : [markdownTable(['property', 'type', 'told by'], rows)]),
  ].join('\n\n');
}

/** In one sentence where the providers agree, else what it is at each of them. */
function meaningOf({ providers }: Page, label: string): string {
  const own = { ...coreModel.meanings, ...connectedMeanings }[label];
  if (own !== undefined) return own;
  const meanings = providers.flatMap(({ title, model }) => {
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
        ...endsOf(page, { from, type, to }).map((facts) => eventsOf(page, facts)),
      ]),
    );
  return markdownTable(['relationship', 'from → to', 'written by', 'ended by'], [touched, ...rows]);
}

/** What begins an edge and what ends it. What a text cites is told anew with each text, so whoever tells that does both. */
function endsOf({ model }: Page, { from, type, to }: Edge): readonly [begin: Fact[], end: Fact[]] {
  if (type !== citesType && type !== referencesType)
    return [[edgeFact(from, type, to)], [`-${edgeFact(from, type, to)}`]];
  const texts = (model.texts?.[from] ?? []).map((name) => `${from}.${name}`);
  return [texts, texts];
}

function titlesOf(writers: Writers | undefined): string {
  return writers === undefined ? nobody : [...writers.keys()].join(', ');
}

const nobody = '–';

function eventsOf({ providers, writers }: Page, facts: readonly Fact[]): string {
  const found = providers.flatMap(({ title, events: known }) => {
    const events = new Set(facts.flatMap((fact) => [...(writers.get(fact)?.get(title) ?? [])]));
    const isEvery = known.length > 1 && known.every((event) => events.has(event));
    if (events.size === 0) return [];
    return `${title} ${
      isEvery
        ? 'every event'
        : [...events]
            .sort()
            .map((event) => `\`${event}\``)
            .join(' ')
    }`;
  });
  return found.join('; ') || nobody;
}
