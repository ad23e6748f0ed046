import { emptyState, type NodeState, type Stamp, stampOf } from './clock.ts';
import type { Mutation, NodeRef } from './mutation.ts';
import type { DeliveryChange } from './store.ts';
import { storable } from './text.ts';

/** An edge that a delivery asserts, with the newest stamp at which it did. */
export interface EdgeAssertion {
  readonly type: string;
  readonly from: NodeRef;
  readonly to: NodeRef;
  readonly stamp: Stamp;
}

/** What happened to edges that a store may hold already: each ends those that are older than its stamp. */
export type EdgeEnding =
  | {
      readonly kind: 'edge';
      readonly type: string;
      readonly from: NodeRef;
      readonly to: NodeRef;
      readonly stamp: Stamp;
    }
  | {
      readonly kind: 'stated';
      readonly type: string;
      readonly node: NodeRef;
      readonly direction: Direction;
      readonly stamp: Stamp;
    }
  | { readonly kind: 'node'; readonly node: NodeRef; readonly stamp: Stamp };

export type Direction = 'out' | 'in';
type Change = Pick<DeliveryChange, 'key' | 'eventTime' | 'mutations'>;

/**
 * Changes folded into node states. Fold as many as you like, in any order; then ask which edges stand and which end.
 * The states given to it are written to.
 */
export class Fold {
  readonly #states: Map<string, NodeState>;
  readonly #assertions = new Map<string, EdgeAssertion>();
  readonly #endings = new Map<string, EdgeEnding>();

  constructor(states: Map<string, NodeState>) {
    this.#states = states;
  }

  add(change: Change): void {
    for (const mutation of change.mutations) {
      this.#apply(mutation, stampOf(mutation.at ?? change.eventTime, change.key));
    }
  }

  /** The states of all nodes that the changes name. */
  get states(): ReadonlyMap<string, NodeState> {
    return this.#states;
  }

  /** What may end edges that stand already. */
  get endings(): readonly EdgeEnding[] {
    return [...this.#endings.values()];
  }

  get asserted(): readonly EdgeAssertion[] {
    return [...this.#assertions.values()];
  }

  /** The asserted edges that stand, by all that is known of both ends. */
  get standing(): readonly EdgeAssertion[] {
    return this.asserted.filter((edge) => isStanding(edge, this.#state(edge.from), this.#state(edge.to)));
  }

  #apply(mutation: Mutation, stamp: Stamp): void {
    switch (mutation.op) {
      case 'upsert-node':
        return upsertNode(this.#state(mutation.node), mutation.properties, stamp);
      case 'delete-node':
        return this.#deleteNode(mutation.node, stamp);
      case 'upsert-edge':
        return this.#assert({ type: mutation.type, from: mutation.from, to: mutation.to, stamp });
      case 'delete-edge':
        return this.#end(mutation.type, mutation.from, mutation.to, stamp);
      case 'replace-edges':
        return this.#restate(mutation, stamp);
    }
  }

  #deleteNode(node: NodeRef, stamp: Stamp): void {
    const state = this.#state(node);
    state.dead = newest(state.dead, stamp);
    this.#ending(`node ${node.key}`, { kind: 'node', node, stamp });
  }

  #assert(edge: EdgeAssertion): void {
    this.#state(edge.from);
    this.#state(edge.to);
    keepNewest(this.#assertions, edge);
  }

  #end(type: string, from: NodeRef, to: NodeRef, stamp: Stamp): void {
    this.#state(to);
    raise(this.#state(from).ended, endKey(type, to), stamp);
    this.#ending(`edge ${edgeKey({ type, from, to })}`, { kind: 'edge', type, from, to, stamp });
  }

  #restate(mutation: Extract<Mutation, { op: 'replace-edges' }>, stamp: Stamp): void {
    const { type, node, direction, others } = mutation;
    raise(this.#state(node).stated, statedKey(type, direction), stamp);
    this.#ending(`stated ${statedKey(type, direction)} ${node.key}`, {
      kind: 'stated',
      type,
      node,
      direction,
      stamp,
    });
    for (const other of others) {
      const [from, to] = direction === 'out' ? [node, other] : [other, node];
      this.#assert({ type, from, to, stamp });
    }
  }

  #ending(key: string, ending: EdgeEnding): void {
    const known = this.#endings.get(key);
    if (known === undefined || known.stamp < ending.stamp) this.#endings.set(key, ending);
  }

  #state(ref: NodeRef): NodeState {
    let state = this.#states.get(ref.key);
    if (state === undefined) {
      state = emptyState(ref);
      this.#states.set(ref.key, state);
    }
    return state;
  }
}

/** Whether an edge asserted at its stamp is there, by what its two ends remember. */
export function isStanding(
  { type, from, to, stamp }: EdgeAssertion,
  source: NodeState,
  target: NodeState,
): boolean {
  const ends = [source.ended.get(endKey(type, to)), source.dead, target.dead];
  const statements = [source.stated.get(statedKey(type, 'out')), target.stated.get(statedKey(type, 'in'))];
  return (
    from.key === source.ref.key &&
    ends.every((end) => end === undefined || stamp > end) &&
    statements.every((stated) => stated === undefined || stamp >= stated)
  );
}

/** Whether an edge that is there goes when this happens. */
export function isEndedBy(edge: EdgeAssertion, ending: EdgeEnding): boolean {
  switch (ending.kind) {
    case 'edge':
      return (
        edge.type === ending.type &&
        edge.from.key === ending.from.key &&
        edge.to.key === ending.to.key &&
        edge.stamp <= ending.stamp
      );
    case 'node':
      return [edge.from.key, edge.to.key].includes(ending.node.key) && edge.stamp <= ending.stamp;
    case 'stated': {
      const end = ending.direction === 'out' ? edge.from : edge.to;
      return edge.type === ending.type && end.key === ending.node.key && edge.stamp < ending.stamp;
    }
  }
}

export function edgeKey({ type, from, to }: Omit<EdgeAssertion, 'stamp'>): string {
  return `${type} ${from.key} ${to.key}`;
}

/** Of the same edge the one with the newer stamp stays. */
export function keepNewest(edges: Map<string, EdgeAssertion>, edge: EdgeAssertion): void {
  const key = edgeKey(edge);
  const known = edges.get(key);
  if (known === undefined || known.stamp < edge.stamp) edges.set(key, edge);
}

function upsertNode(
  state: NodeState,
  properties: Extract<Mutation, { op: 'upsert-node' }>['properties'],
  stamp: Stamp,
): void {
  state.alive = newest(state.alive, stamp);
  for (const [name, value] of Object.entries(properties)) {
    const known = state.written.get(name);
    if (value === undefined || (known !== undefined && known > stamp)) continue;
    state.written.set(name, stamp);
    state.values.set(name, storable(value));
  }
}

function endKey(type: string, to: NodeRef): string {
  return `${type} ${to.key}`;
}

function statedKey(type: string, direction: Direction): string {
  return `${direction === 'out' ? '>' : '<'}${type}`;
}

function newest(known: Stamp | undefined, stamp: Stamp): Stamp {
  return known === undefined || known < stamp ? stamp : known;
}

function raise(stamps: Map<string, Stamp>, key: string, stamp: Stamp): void {
  stamps.set(key, newest(stamps.get(key), stamp));
}
