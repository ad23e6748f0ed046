import type { DeliveryHead } from '../delivery.ts';
import type { ExecutionState } from '../temporal/states.ts';

/** A verified, identified delivery on its way to being durable. */
export interface Submission {
  readonly delivery: DeliveryHead;
  /** The bytes to keep: the received ones, or what the provider made of them where they held a credential. */
  readonly body: Uint8Array;
  /** Further ids, of the same provider, under which the same delivery may have been accepted before. */
  readonly earlierIds: readonly string[];
  readonly plan: { readonly enrich: boolean };
}

/** A delivery that is durable. */
export interface Acceptance {
  readonly status: 'accepted' | 'duplicate';
  readonly deliveryId: string;
  readonly workflowId: string;
  /** Of a duplicate: how the execution stands that has it, where that is known at once. */
  readonly state?: ExecutionState;
}

/**
 * Makes a submission durable. When it resolves, the delivery is on disk.
 *
 * @throws TemporalUnavailableError, DeliveryTooLargeError, InboxFullError, InboxUnavailableError
 */
export type Accept = (submission: Submission) => Promise<Acceptance>;
