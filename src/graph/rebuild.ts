import { emptyPlan, type StoredDelivery, type Transaction, type WritePlan } from './backend.ts';
import { emptyState, type NodeState } from './clock.ts';
import { Fold, isStanding } from './converge.ts';
import { distinct, type NodeRef, nodesOf } from './mutation.ts';
import type { DeliveryChange } from './store.ts';
import { decodeMutations, withdrawnNodes } from './wrote.ts';

/**
 * A replay that withdraws something: the nodes concerned are folded anew from all deliveries that touch them, with the
 * new version of this one. The result is the graph in which only the new version was ever applied.
 */
export async function planRebuild(
  transaction: Transaction,
  before: DeliveryChange,
  after: DeliveryChange,
): Promise<WritePlan> {
  const affected = distinct(withdrawnNodes(before, after), nodesOf(after.mutations));
  const keys = new Set(affected.map(({ key }) => key));
  const touching = (await transaction.readTouching(affected)).filter(({ key }) => key !== after.key);
  const changes = [...touching.map(asChange), after];
  const fold = new Fold(new Map(affected.map((node) => [node.key, emptyState(node)])));
  for (const change of changes) fold.add(change);
  const others = await readOthers(transaction, fold, keys);
  const stateOf = (node: NodeRef): NodeState =>
    (keys.has(node.key) ? fold.states.get(node.key) : others.get(node.key)) ?? emptyState(node);
  const spokenOf = new Set(changes.flatMap(({ mutations }) => nodesOf(mutations).map(({ key }) => key)));
  const existing = new Set((await transaction.readStates(affected)).map(({ ref }) => ref.key));
  return {
    ...emptyPlan,
    deliveries: [{ change: after, isNew: false }],
    nodes: affected
      .filter(({ key }) => spokenOf.has(key))
      .map((node) => ({ state: stateOf(node), write: existing.has(node.key) ? 'whole' : 'made' })),
    cleared: affected.filter(({ key }) => existing.has(key)),
    edges: fold.asserted
      .filter(({ from, to }) => keys.has(from.key) || keys.has(to.key))
      .filter((edge) => isStanding(edge, stateOf(edge.from), stateOf(edge.to)))
      .map((edge) => ({ edge, isNew: true })), // one of its ends is made, or cleared
    untouched: [after.key],
    touched: nodesOf(after.mutations).map((node) => ({ delivery: after.key, node })),
    forgotten: affected.filter(({ key }) => existing.has(key) && !spokenOf.has(key)),
  };
}

/** The other ends of the edges concerned, as the store has them: nothing about them changes. */
async function readOthers(
  transaction: Transaction,
  fold: Fold,
  affected: ReadonlySet<string>,
): Promise<Map<string, NodeState>> {
  const nodes = fold.asserted.flatMap(({ from, to }) => [from, to]).filter(({ key }) => !affected.has(key));
  const states = await transaction.readStates(distinct(nodes));
  return new Map(states.map((state) => [state.ref.key, state]));
}

function asChange({
  key,
  eventTime,
  wrote,
}: StoredDelivery): Pick<DeliveryChange, 'key' | 'eventTime' | 'mutations'> {
  return { key, eventTime, mutations: decodeMutations(wrote) };
}
