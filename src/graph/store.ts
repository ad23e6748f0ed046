import type { EventTime } from './event-time.ts';
import type { GraphModel } from './model.ts';
import type { Mutation, NodeRef, PropertyValue } from './mutation.ts';

/** Everything that one delivery says about the graph, and what is kept of the delivery itself. */
export interface DeliveryChange {
  /** The idempotency key, `provider:deliveryId`: the key of the Delivery node and the tie-break of equal event times. */
  readonly key: string;
  readonly provider: string;
  readonly deliveryId: string;
  readonly eventType: string;
  /** ISO 8601 in UTC, milliseconds. */
  readonly receivedAt: string;
  /** When it happened at the provider; the time of every mutation that carries none. */
  readonly eventTime: EventTime;
  readonly bodySha256: string;
  /** Whether an earlier delivery with another body has the id under which it came: it is kept, and changes nothing. */
  readonly conflict?: boolean;
  /**
   * The workflow run that asks, and the first run of its chain. A stored delivery with the same run was written by an
   * earlier attempt of it; with the same first run it is replayed; with another one it was applied before.
   */
  readonly runId: string;
  readonly firstRunId: string;
  readonly mutations: readonly Mutation[];
}

export interface ApplyResult {
  /** `skipped`: this delivery was applied before, by an execution that is forgotten since; nothing was written. */
  readonly outcome: 'written' | 'skipped';
  /** The nodes that the delivery touches, in the order of its mutations, each once. */
  readonly touched: readonly NodeRef[];
}

export interface QueryBounds {
  readonly timeoutMs: number;
  readonly maxRows: number;
}

export interface QueryResult {
  readonly columns: readonly string[];
  /** Values as JSON: nodes and relationships as objects with their `label`, times as ISO texts, integers beyond 2^53 as strings. */
  readonly rows: readonly (readonly unknown[])[];
  /** Whether more rows than `maxRows` matched. */
  readonly truncated: boolean;
}

export interface Neighbour {
  readonly type: string;
  readonly direction: 'out' | 'in';
  readonly node: NodeRef;
  readonly name: string | null;
  /** When the edge was last confirmed, and by which delivery. */
  readonly at: EventTime;
  readonly delivery: string;
}

export interface EntityView {
  readonly node: NodeRef;
  readonly properties: Readonly<Record<string, PropertyValue>>;
  /** When it was deleted at the provider; null while it exists. */
  readonly deletedAt: EventTime | null;
  /** For each property the event time and the delivery that wrote it. */
  readonly sources: Readonly<Record<string, { readonly at: EventTime; readonly delivery: string }>>;
  readonly neighbours: readonly Neighbour[];
  /** The newest first. */
  readonly deliveries: readonly {
    readonly key: string;
    readonly eventType: string;
    readonly eventTime: EventTime;
  }[];
}

/** One line of a dump: enough to compare two graphs. */
export type DumpLine =
  | {
      readonly kind: 'node';
      readonly label: string;
      readonly key: string;
      readonly properties: Readonly<Record<string, PropertyValue>>;
      readonly clock: string;
    }
  | {
      readonly kind: 'edge';
      readonly type: string;
      readonly from: NodeRef;
      readonly to: NodeRef;
      readonly stamp: string;
    };

/**
 * A graph that converges: the same set of deliveries gives the same graph in any order, with any duplicates, after
 * any crash. Concurrent calls of `apply` share transactions.
 */
export interface GraphStore {
  /** Makes or extends tables, constraints and indexes. Repeatable. */
  migrate(model: GraphModel): Promise<void>;
  /**
   * Resolves when the change is durable.
   *
   * @throws GraphUnavailableError where the same call may succeed later
   * @throws GraphRejectedError where it never will: an undeclared label, a value of the wrong type
   */
  apply(change: DeliveryChange): Promise<ApplyResult>;
  /**
   * A read-only query in Cypher. A Date among the parameters is a time, to be compared with properties of that type:
   * stores differ in how they write one.
   *
   * @throws QueryRefusedError where it could write, call procedures or reach files, or is not valid
   * @throws QueryTimeoutError
   */
  query(
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
    bounds: QueryBounds,
  ): Promise<QueryResult>;
  entity(label: string, key: string): Promise<EntityView | undefined>;
  /** What the database was ever migrated to, by whichever configuration. */
  declared(): Promise<GraphModel>;
  /** Every node and edge, ordered by label or type and key; deliveries are told apart. */
  dump(): AsyncIterable<DumpLine>;
  /** Every delivery that was applied, by key: applied to another store, they give the same graph. */
  deliveries(): AsyncIterable<DeliveryChange>;
  /** @throws GraphUnavailableError */
  ping(): Promise<void>;
  close(): Promise<void>;
}
