import type { Transaction, WritePlan } from './backend.ts';
import type { Stamp } from './clock.ts';
import { aliasLabel, citesType, referencesType, standsForType } from './connected-model.ts';
import { edgeKey, type EdgeAssertion, type EdgeEnding, keepNewest } from './converge.ts';
import { distinct, type NodeRef } from './mutation.ts';
import { groupBy } from './group-by.ts';
import type { GraphModel } from './model.ts';
import { Outlook, type Prospect } from './outlook.ts';

/**
 * A plan with the references that follow from it: a node REFERENCES another where it CITES an alias that STANDS_FOR that
 * other. They are a pure function of those two kinds of edges, so they converge as those do, whichever of the two came
 * first. Where an alias only stands for what it stood for, those that cite it are not asked: there may be thousands.
 */
export async function withReferences(
  transaction: Transaction,
  model: GraphModel,
  plan: WritePlan,
): Promise<WritePlan> {
  if ((model.edges[referencesType] ?? []).length === 0) return plan;
  const outlook = new Outlook(transaction, plan);
  const stating = aliasesOf(plan);
  const aliases = distinct(stating, citedIn(plan));
  const standing = await outlook.edges(standsForType, 'out', aliases);
  const losing = await outlook.edges(referencesType, 'in', losingEdges(plan).filter(isTarget(model)));
  const citing = await outlook.edges(citesType, 'in', stating.filter(hasMoved(standing)));
  const writers = distinct(
    [...losing.before, ...citing.before].map(({ from }) => from),
    writersOf(plan, model),
  );
  return writers.length === 0 ? plan : await derive(plan, outlook, { writers, aliases, standing });
}

interface Changed {
  readonly writers: readonly NodeRef[];
  /** Those that the plan names, and what they stand for. */
  readonly aliases: readonly NodeRef[];
  readonly standing: Prospect;
}

async function derive(
  plan: WritePlan,
  outlook: Outlook,
  { writers, aliases, standing }: Changed,
): Promise<WritePlan> {
  const cited = await outlook.edges(citesType, 'out', writers);
  const asked = new Set(aliases.map(({ key }) => key));
  const others = distinct(cited.after.map(({ to }) => to)).filter(({ key }) => !asked.has(key));
  const stands = [...standing.after, ...(await outlook.edges(standsForType, 'out', others)).after];
  const current = await outlook.edges(referencesType, 'out', distinct(cited.before.map(({ from }) => from)));
  const wanted = join(cited.after, stands);
  const stamps = new Map(current.after.map((edge) => [edgeKey(edge), edge.stamp]));
  const stale = current.after.filter((edge) => wanted.get(edgeKey(edge))?.stamp !== edge.stamp);
  const missing = [...wanted.values()].filter((edge) => stamps.get(edgeKey(edge)) !== edge.stamp);
  return {
    ...plan,
    endings: [...plan.endings, ...stale.map(asEnding)],
    edges: [...plan.edges, ...missing.map((edge) => ({ edge, isNew: true }))],
  };
}

/** Whether an alias will stand for others than it did. */
function hasMoved({ before, after }: Prospect): (alias: NodeRef) => boolean {
  const targets = (edges: readonly EdgeAssertion[]): Map<string, string> =>
    new Map(
      [...groupBy(edges, ({ from }) => from.key)].map(([key, group]) => [
        key,
        JSON.stringify(group.map(({ to }) => to.key).sort()),
      ]),
    );
  const [old, coming] = [targets(before), targets(after)];
  return ({ key }) => old.get(key) !== coming.get(key);
}

/** The aliases of the plan's citations. */
function citedIn({ edges }: WritePlan): NodeRef[] {
  return edges.flatMap(({ edge }) => (edge.type === citesType ? [edge.to] : []));
}

/** Each reference with the time of the newest citation that makes it; nothing refers to itself. */
function join(
  cited: readonly EdgeAssertion[],
  standing: readonly EdgeAssertion[],
): Map<string, EdgeAssertion> {
  const targets = groupBy(standing, ({ from }) => from.key);
  const wanted = new Map<string, EdgeAssertion>();
  for (const { from, to: alias, stamp } of cited) {
    for (const { to } of targets.get(alias.key) ?? []) {
      if (to.key !== from.key) keepNewest(wanted, { type: referencesType, from, to, stamp });
    }
  }
  return wanted;
}

/** Ends it whatever its stamp is. */
const always: Stamp = '~';

function asEnding({ type, from, to }: EdgeAssertion): EdgeEnding {
  return { kind: 'edge', type, from, to, stamp: always };
}

/** Nodes whose edges a plan may take away. */
function losingEdges({ cleared, endings }: WritePlan): NodeRef[] {
  return distinct(
    cleared,
    endings.flatMap((ending) => (ending.kind === 'node' ? [ending.node] : [])),
  );
}

function isTarget({ referable = [] }: GraphModel): (node: NodeRef) => boolean {
  return ({ label }) => referable.includes(label);
}

/** Aliases of which a plan says anew what they stand for. */
function aliasesOf({ cleared, endings, edges }: WritePlan): NodeRef[] {
  const ended = endings.flatMap((ending) => (ending.kind === 'stated' ? [ending] : []));
  return distinct(
    cleared.filter(({ label }) => label === aliasLabel),
    ended.filter(({ type }) => type === standsForType).map(({ node }) => node),
    edges.flatMap(({ edge }) => (edge.type === standsForType ? [edge.from] : [])),
  );
}

/** Nodes of which a plan says anew what they cite. */
function writersOf({ cleared, endings, edges }: WritePlan, { texts = {} }: GraphModel): NodeRef[] {
  return distinct(
    cleared.filter(({ label }) => Object.hasOwn(texts, label)),
    endings.flatMap((ending) =>
      ending.kind !== 'node' && ending.type === citesType
        ? [ending.kind === 'edge' ? ending.from : ending.node]
        : [],
    ),
    edges.flatMap(({ edge }) => (edge.type === citesType ? [edge.from] : [])),
  );
}
