import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionStatusName,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type DeliveryHead, idempotencyKey } from '../delivery.ts';
import { DeliveryTooLargeError, TemporalUnavailableError } from '../errors.ts';
import { taskQueueOf, workflowTypeOf } from '../temporal/names.ts';
import * as attributes from '../temporal/search-attributes.ts';
import type { Accept, Acceptance, Submission } from './acceptance.ts';

/** Below the three seconds that Slack and Discord wait. */
const deadlineMs = 2500;

/** Accepts by starting the workflow of the delivery: Temporal has it on disk when the start is answered. */
export function acceptIntoTemporal(client: Client): Accept {
  return async (submission) => {
    try {
      return (await findEarlier(client, submission)) ?? (await startOrFind(client, submission));
    } catch (error) {
      throw asAcceptError(error, submission);
    }
  };
}

async function startOrFind(client: Client, submission: Submission): Promise<Acceptance> {
  try {
    return await withDeadline(client, async () => await start(client, submission));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return await describeDuplicate(client, submission.delivery, submission.delivery.id);
  }
}

async function start(client: Client, { delivery, body, plan }: Submission): Promise<Acceptance> {
  const workflowId = idempotencyKey(delivery.provider, delivery.id);
  await client.workflow.start(workflowTypeOf(delivery.provider), {
    workflowId,
    taskQueue: taskQueueOf(delivery.provider),
    args: [{ delivery, plan }, body],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
    requestEagerStart: true,
    memo: { body_sha256: delivery.bodySha256, body_bytes: body.length, content_type: delivery.contentType },
    typedSearchAttributes: [
      { key: attributes.provider, value: delivery.provider },
      { key: attributes.eventType, value: delivery.eventType },
      { key: attributes.deliveryId, value: delivery.id },
      { key: attributes.receivedAt, value: new Date(delivery.receivedAt) },
    ],
  });
  return { status: 'accepted', deliveryId: delivery.id, workflowId };
}

/** The acceptance under an earlier id of the same delivery, if there was one. Most senders have none. */
async function findEarlier(
  client: Client,
  { delivery, earlierIds }: Submission,
): Promise<Acceptance | undefined> {
  for (const id of earlierIds) {
    try {
      return await describeDuplicate(client, delivery, id);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return undefined;
}

async function describeDuplicate(
  client: Client,
  { provider }: DeliveryHead,
  deliveryId: string,
): Promise<Acceptance> {
  const workflowId = idempotencyKey(provider, deliveryId);
  const description = await withDeadline(
    client,
    async () => await client.workflow.getHandle(workflowId).describe(),
  );
  return { status: 'duplicate', deliveryId, workflowId, state: stateOf(description.status.name) };
}

type State = NonNullable<Acceptance['state']>;

const states: Partial<Record<WorkflowExecutionStatusName, State>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  TERMINATED: 'terminated',
  CANCELLED: 'canceled',
};

function stateOf(status: WorkflowExecutionStatusName): State {
  return states[status] ?? 'running';
}

async function withDeadline<T>(client: Client, call: () => Promise<T>): Promise<T> {
  return await client.withDeadline(Date.now() + deadlineMs, call);
}

/** What Temporal says of a message that is over its limits of size; matched by text because it has no code of its own. */
const tooLarge = /exceeds (?:the )?(?:size )?limit|larger than max|too large/i;

function asAcceptError(error: unknown, { delivery, body }: Submission): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  const said = isGrpcServiceError(cause.cause) ? cause.cause.message : cause.message;
  if (tooLarge.test(said)) {
    return new DeliveryTooLargeError(
      `The delivery ${delivery.id} has ${body.length} bytes: more than Temporal stores, even compressed.`,
      { cause },
    );
  }
  return new TemporalUnavailableError('Temporal did not take the delivery in time; send it again later.', {
    cause,
  });
}
