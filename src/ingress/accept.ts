import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { asConflict, idempotencyKey } from '../delivery.ts';
import { DeliveryTooLargeError, TemporalUnavailableError } from '../errors.ts';
import { taskQueueOf, workflowTypeOf } from '../temporal/names.ts';
import { withDeadline } from '../temporal/reach.ts';
import * as attributes from '../temporal/search-attributes.ts';
import { type ExecutionState, nameOfState } from '../temporal/states.ts';
import type { Accept, Acceptance, Submission } from './acceptance.ts';

/** Below the three seconds that Slack and Discord wait. */
const defaultDeadlineMs = 2500;

/** Temporal, and how long each call of it may take. */
interface Server {
  readonly client: Client;
  readonly deadlineMs: number;
}

/** Accepts by starting the workflow of the delivery: Temporal has it on disk when the start is answered. */
export function acceptIntoTemporal(client: Client, deadlineMs = defaultDeadlineMs): Accept {
  const server = { client, deadlineMs };
  return async (submission) => {
    try {
      return (await findEarlier(server, submission)) ?? (await startOrFind(server, submission));
    } catch (error) {
      throw asAcceptError(error, submission);
    }
  };
}

async function startOrFind(server: Server, submission: Submission): Promise<Acceptance> {
  try {
    return await ask(server, async () => await start(server.client, submission));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return await compareWithStarted(server, submission);
  }
}

/** What has the id already is the same delivery, or, with another body, another one that must not be lost. */
async function compareWithStarted(server: Server, submission: Submission): Promise<Acceptance> {
  const { delivery } = submission;
  const { acceptance, bodySha256 } = await describe(server, delivery.provider, delivery.id);
  const isConflict = typeof bodySha256 === 'string' && bodySha256 !== delivery.bodySha256;
  if (!isConflict || delivery.conflictOf !== undefined) return acceptance;
  return await startOrFind(server, conflicting(submission));
}

/** The submission as a delivery of its own, which is kept and not applied. */
export function conflicting(submission: Submission): Submission {
  return {
    ...submission,
    delivery: asConflict(submission.delivery),
    earlierIds: [],
    plan: { enrich: false },
  };
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
      ...(delivery.conflictOf === undefined ? [] : [{ key: attributes.conflict, value: true }]),
    ],
  });
  return { status: 'accepted', deliveryId: delivery.id, workflowId };
}

/** How the newest execution stands, by a read that lags behind nothing; undefined where Temporal has none. */
export async function findState(
  client: Client,
  workflowId: string,
  deadlineMs = defaultDeadlineMs,
): Promise<ExecutionState | undefined> {
  try {
    const { status } = await ask(
      { client, deadlineMs },
      async () => await client.workflow.getHandle(workflowId).describe(),
    );
    return nameOfState(status.name);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The acceptance under an earlier id of the same delivery, if there was one. Most senders have none. */
async function findEarlier(
  server: Server,
  { delivery, earlierIds }: Submission,
): Promise<Acceptance | undefined> {
  for (const id of earlierIds) {
    try {
      return (await describe(server, delivery.provider, id)).acceptance;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return undefined;
}

interface Described {
  readonly acceptance: Acceptance;
  /** Of the body that was accepted under this id. */
  readonly bodySha256: unknown;
}

async function describe(server: Server, provider: string, deliveryId: string): Promise<Described> {
  const workflowId = idempotencyKey(provider, deliveryId);
  const { status, memo } = await ask(
    server,
    async () => await server.client.workflow.getHandle(workflowId).describe(),
  );
  return {
    acceptance: { status: 'duplicate', deliveryId, workflowId, state: nameOfState(status.name) },
    bodySha256: memo?.['body_sha256'],
  };
}

async function ask<T>({ client, deadlineMs }: Server, call: () => Promise<T>): Promise<T> {
  return await withDeadline(client, deadlineMs, call);
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
