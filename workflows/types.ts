import type { DeliveryHead } from '../src/delivery.ts';

/** What the ingress decided at acceptance; the workflow asks neither settings nor registry. */
export interface Plan {
  readonly enrich: boolean;
}

/** The first argument of every workflow; the second is the body, as the bytes that were received. */
export interface Input {
  readonly delivery: DeliveryHead;
  readonly plan: Plan;
}

/** Which run of which chain asks: the graph tells a retry, a replay and a forgotten delivery apart by it. */
export interface RunIdentity {
  readonly runId: string;
  readonly firstRunId: string;
}

/** The result of a workflow, as the Temporal UI shows it. */
export interface WriteSummary {
  readonly outcome: 'written' | 'skipped';
  /** Why nothing was written. */
  readonly reason?: string;
  /** Keys of the nodes touched, the most important first; at most 50. */
  readonly entities: readonly string[];
  readonly entityCount: number;
  /** Milliseconds that normalizing and writing took. */
  readonly milliseconds: number;
}

/** The activities that workflows call. `src` and `activities` implement it, workflows import only this type. */
export interface Activities {
  enrich(delivery: DeliveryHead, body: Uint8Array): Promise<unknown>;
  applyDelivery(
    delivery: DeliveryHead,
    body: Uint8Array,
    run: RunIdentity,
    enrichment?: unknown,
  ): Promise<WriteSummary>;
}
