import { type DeliveryHead, idempotencyKey } from '../delivery.ts';
import { TemporalUnavailableError } from '../errors.ts';
import { conflicting } from './accept.ts';
import type { Accept, Acceptance, Submission } from './acceptance.ts';
import type { Known } from './inbox/held.ts';
import type { Inbox } from './inbox/inbox.ts';

export interface InboxAcceptOptions {
  readonly inbox: Inbox;
  /** How the execution stands that has the delivery; undefined where that is not known within a moment. */
  readonly stateOf: (workflowId: string) => Promise<Acceptance['state']>;
  /** Of the mode `overflow`: starts the workflow at once, or gives up soon. */
  readonly direct?: Accept;
}

/** More starts than this, under way or waiting in the inbox, are more than Temporal keeps up with. */
const mostDirectStarts = 100;

/**
 * Accepts by writing to the inbox, from which the workflow is started later; with `direct`, only what Temporal does not
 * take at once. What the inbox has, or had lately, is a duplicate; of older ones Temporal decides when it is submitted.
 */
export function acceptThroughInbox({ inbox, stateOf, direct }: InboxAcceptOptions): Accept {
  let directStarts = 0;

  const isBehind = (): boolean => directStarts + inbox.depth >= mostDirectStarts;

  async function startDirectly(submission: Submission): Promise<Acceptance | undefined> {
    if (direct === undefined || inbox.isStalled || isBehind()) return undefined;
    directStarts += 1;
    try {
      return await direct(submission);
    } catch (error) {
      if (!(error instanceof TemporalUnavailableError)) throw error;
      return undefined; // it may have been started all the same, under the same id
    } finally {
      directStarts -= 1;
    }
  }

  async function asDuplicate({ deliveryId, key, ...known }: Known): Promise<Acceptance> {
    await known.durable;
    const { workflowId = key } = known;
    const state = known.state ?? (await stateNow(known));
    return { status: 'duplicate', deliveryId, workflowId, ...(state === undefined ? {} : { state }) };
  }

  /** Answering goes before asking. */
  async function stateNow({ workflowId }: Pick<Known, 'workflowId'>): Promise<Acceptance['state']> {
    if (workflowId === undefined || inbox.isBusy || inbox.isStalled) return undefined;
    return await stateOf(workflowId);
  }

  function findKnown({ delivery, earlierIds }: Submission): Known | undefined {
    for (const id of [delivery.id, ...earlierIds]) {
      const known = inbox.find(delivery.provider, id);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  async function acceptAgain(known: Known, submission: Submission): Promise<Acceptance> {
    if (isConflict(known, submission.delivery)) return await accept(conflicting(submission));
    return await asDuplicate(known);
  }

  async function accept(submission: Submission): Promise<Acceptance> {
    const known = findKnown(submission);
    if (known !== undefined) return await acceptAgain(known, submission);
    const started = await startDirectly(submission);
    if (started !== undefined) return started;
    const arrived = findKnown(submission); // while Temporal was asked, the same one came here
    if (arrived !== undefined) return await acceptAgain(arrived, submission);
    await inbox.add(submission);
    const { provider, id: deliveryId } = submission.delivery;
    return { status: 'accepted', deliveryId, workflowId: idempotencyKey(provider, deliveryId) };
  }

  return accept;
}

/** Of an earlier id nothing is compared: those are made of the body. */
function isConflict(known: Known, { id, bodySha256, conflictOf }: DeliveryHead): boolean {
  return known.deliveryId === id && known.bodySha256 !== bodySha256 && conflictOf === undefined;
}
