import { emptyPlan, newNodesOf, type Transaction, type WritePlan } from './backend.ts';
import type { Stamp } from './clock.ts';
import { aliasLabel, citesType, referencesType, standsForType } from './connected-model.ts';
import { edgeKey, type EdgeAssertion, type EdgeEnding } from './converge.ts';
import { distinct, type NodeRef } from './mutation.ts';
import { groupBy } from './group-by.ts';
import type { GraphModel } from './model.ts';

/**
 * Writes a plan, and with it the references that follow from it: a node REFERENCES another where it CITES an alias that
 * STANDS_FOR that other. They are a pure function of those two kinds of edges, so they converge as those do, whichever of
 * the two came first.
 */
export async function writeWithReferences(
  transaction: Transaction,
  model: GraphModel,
  plan: WritePlan,
): Promise<void> {
  if ((model.edges[referencesType] ?? []).length === 0) return await transaction.write(plan);
  const losing = await transaction.readEdges(referencesType, 'in', losingEdges(plan).filter(isTarget(model)));
  await transaction.write(plan);
  const made = newNodesOf(plan); // what cites these is in the plan itself
  const citing = await transaction.readEdges(
    citesType,
    'in',
    aliasesOf(plan).filter(({ key }) => !made.has(key)),
  );
  const writers = distinct(
    [...losing, ...citing].map(({ from }) => from),
    writersOf(plan, model),
  );
  if (writers.length > 0) await derive(transaction, writers, made);
}

async function derive(
  transaction: Transaction,
  writers: readonly NodeRef[],
  made: ReadonlySet<string>,
): Promise<void> {
  const cited = await transaction.readEdges(citesType, 'out', writers);
  const standing = await transaction.readEdges(standsForType, 'out', distinct(cited.map(({ to }) => to)));
  const known = writers.filter(({ key }) => !made.has(key));
  const current = await transaction.readEdges(referencesType, 'out', known);
  const wanted = join(cited, standing);
  const stamps = new Map(current.map((edge) => [keyOf(edge), edge.stamp]));
  const plan = {
    ...emptyPlan,
    endings: current.filter((edge) => wanted.get(keyOf(edge))?.stamp !== edge.stamp).map(asEnding),
    edges: [...wanted.values()].filter((edge) => stamps.get(keyOf(edge)) !== edge.stamp),
  };
  if (plan.endings.length + plan.edges.length > 0) await transaction.write(plan);
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
      const edge = { type: referencesType, from, to, stamp };
      const known = wanted.get(keyOf(edge));
      if (to.key !== from.key && (known === undefined || known.stamp < stamp)) wanted.set(keyOf(edge), edge);
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
    edges.filter(({ type }) => type === standsForType).map(({ from }) => from),
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
    edges.filter(({ type }) => type === citesType).map(({ from }) => from),
  );
}

function keyOf({ type, from, to }: EdgeAssertion): string {
  return edgeKey(type, from, to);
}
