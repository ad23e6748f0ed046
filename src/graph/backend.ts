import type { NodeState } from './clock.ts';
import type { EdgeAssertion, EdgeEnding } from './converge.ts';
import type { EventTime } from './event-time.ts';
import type { NodeRef } from './mutation.ts';
import type { DeliveryChange } from './store.ts';

/** What a store keeps of an applied delivery to decide what a later run of it means. */
export interface StoredDelivery {
  readonly key: string;
  readonly eventTime: EventTime;
  readonly runId: string;
  readonly firstRunId: string;
  /** Its mutations, as `encodeMutations` made them. */
  readonly wrote: string;
}

export interface TouchedEdge {
  readonly delivery: string;
  readonly node: NodeRef;
}

export interface PlannedNode {
  readonly state: NodeState;
  /** `made`: it is not there yet. `whole`: all of it. `clock`: its values are what they were. */
  readonly write: 'made' | 'whole' | 'clock';
}

export interface PlannedEdge {
  readonly edge: EdgeAssertion;
  /** There is no such edge when its turn comes: it is made without looking for it. */
  readonly isNew: boolean;
}

/** Everything that one transaction writes, decided before the first statement. Executed in the order of the fields. */
export interface WritePlan {
  readonly deliveries: readonly { readonly change: DeliveryChange; readonly isNew: boolean }[];
  /** Those that become another than they were. */
  readonly nodes: readonly PlannedNode[];
  /** Nodes whose edges are all written anew. */
  readonly cleared: readonly NodeRef[];
  readonly endings: readonly EdgeEnding[];
  readonly edges: readonly PlannedEdge[];
  /** Deliveries whose touched nodes are written anew. */
  readonly untouched: readonly string[];
  readonly touched: readonly TouchedEdge[];
  /** Nodes that no delivery speaks of any more. */
  readonly forgotten: readonly NodeRef[];
}

export const emptyPlan: WritePlan = {
  deliveries: [],
  nodes: [],
  cleared: [],
  endings: [],
  edges: [],
  untouched: [],
  touched: [],
  forgotten: [],
};

/** The keys of the nodes that a plan makes: no edge of theirs is there before it. */
export function newNodesOf({ nodes }: WritePlan): ReadonlySet<string> {
  return new Set(nodes.filter(({ write }) => write === 'made').map(({ state }) => state.ref.key));
}

/** One transaction of a store, in the dialect-free terms of a plan. */
export interface Transaction {
  readDeliveries(keys: readonly string[]): Promise<readonly StoredDelivery[]>;
  /** The states of those that exist. */
  readStates(nodes: readonly NodeRef[]): Promise<readonly NodeState[]>;
  /** All deliveries that touch any of the nodes. */
  readTouching(nodes: readonly NodeRef[]): Promise<readonly StoredDelivery[]>;
  /** The edges of a type that go out of any of the nodes, or come in. */
  readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<readonly EdgeAssertion[]>;
  write(plan: WritePlan): Promise<void>;
}

/** What a store must bring so that `ConvergingStore` makes a graph of it. */
export interface Backend {
  /** All or nothing; resolves when durable. One at a time. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}
