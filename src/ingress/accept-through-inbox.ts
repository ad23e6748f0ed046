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

/** A delivery that Temporal is asked to take. */
interface UnderWay {
  readonly bodySha256: string;
  /** By Temporal, or by the inbox after it. */
  readonly accepted: Promise<Acceptance>;
}

/** More starts than this, under way or waiting in the inbox, are more than Temporal keeps up with. */
const mostDirectStarts = 100;

/**
 * Accepts by writing to the inbox, from which the workflow is started later; with `direct`, only what Temporal does not
 * take at once. What the inbox has, or had lately, is a duplicate; of older ones Temporal decides when it is submitted.
 */
export function acceptThroughInbox({ inbox, stateOf, direct }: InboxAcceptOptions): Accept {
  let directStarts = 0;
  /** By the workflow id. What comes again waits: else one start could be late, and the other one in time. */
  const underWay = new Map<string, UnderWay>();

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

  async function write(submission: Submission): Promise<Acceptance> {
    await inbox.add(submission);
    const { provider, id: deliveryId } = submission.delivery;
    return { status: 'accepted', deliveryId, workflowId: idempotencyKey(provider, deliveryId) };
  }

  async function startOrWrite(submission: Submission): Promise<Acceptance> {
    return (await startDirectly(submission)) ?? (await write(submission));
  }

  async function acceptFirst(submission: Submission): Promise<Acceptance> {
    const { provider, id, bodySha256 } = submission.delivery;
    const key = idempotencyKey(provider, id);
    const accepted = startOrWrite(submission);
    underWay.set(key, { bodySha256, accepted });
    try {
      return await accepted;
    } finally {
      underWay.delete(key);
    }
  }

  /** Another body is looked at anew when the first is through: by then it is known whose the id is. */
  async function acceptAfter(first: UnderWay, submission: Submission): Promise<Acceptance> {
    if (first.bodySha256 !== submission.delivery.bodySha256) {
      await first.accepted.catch(() => undefined);
      return await accept(submission);
    }
    const { deliveryId, workflowId } = await first.accepted;
    const state = await stateNow({ workflowId });
    return { status: 'duplicate', deliveryId, workflowId, ...(state === undefined ? {} : { state }) };
  }

  function findUnderWay({ delivery, earlierIds }: Submission): UnderWay | undefined {
    for (const id of [delivery.id, ...earlierIds]) {
      const first = underWay.get(idempotencyKey(delivery.provider, id));
      if (first !== undefined) return first;
    }
    return undefined;
  }

  async function accept(submission: Submission): Promise<Acceptance> {
    const known = findKnown(submission);
    if (known !== undefined) return await acceptAgain(known, submission);
    if (direct === undefined) return await write(submission);
    const first = findUnderWay(submission);
    return first === undefined ? await acceptFirst(submission) : await acceptAfter(first, submission);
  }

  return accept;
}

/** Of an earlier id nothing is compared: those are made of the body. */
function isConflict(known: Known, { id, bodySha256, conflictOf }: DeliveryHead): boolean {
  return known.deliveryId === id && known.bodySha256 !== bodySha256 && conflictOf === undefined;
}
