import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { idempotencyKey } from '../delivery.ts';
import { ReplayRefusedError } from '../errors.ts';
import { unknownEvent } from './events.ts';

export interface Replayed {
  readonly workflow_id: string;
  readonly previous_run_id: string;
  readonly run_id: string;
}

/**
 * Resets the newest run of a delivery to its first workflow task: a new run does all of it again, with today's code.
 * It is the same call that the Temporal UI makes.
 *
 * @throws EventUnknownError, and ReplayRefusedError for a delivery that still runs, unless forced
 */
export async function replayEvent(
  client: Client,
  event: { provider: string; id: string },
  isForced: boolean,
): Promise<Replayed> {
  const workflowId = idempotencyKey(event.provider, event.id);
  const handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) throw unknownEvent(event);
    throw error;
  });
  if (description.status.name === 'RUNNING' && !isForced) {
    throw new ReplayRefusedError(`${workflowId} still runs; force=true ends this run and begins another.`);
  }
  const { runId } = description;
  const { runId: newRunId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'replayed through flowstate',
    requestId: randomUUID(),
    workflowTaskFinishEventId: await firstTaskFinish(client, workflowId, runId),
  });
  return { workflow_id: workflowId, previous_run_id: runId, run_id: newRunId };
}

type EventId = NonNullable<
  Parameters<Client['workflowService']['resetWorkflowExecution']>[0]['workflowTaskFinishEventId']
>;

/** The event with which the first workflow task ended, or of its start where the run was ended before it could. */
async function firstTaskFinish(client: Client, workflowId: string, runId: string): Promise<EventId> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 20,
  });
  const events = history?.events ?? [];
  const finish = events.find(
    (event) =>
      event.workflowTaskCompletedEventAttributes ??
      event.workflowTaskFailedEventAttributes ??
      event.workflowTaskTimedOutEventAttributes,
  );
  const id = finish?.eventId ?? events.find((event) => event.workflowTaskStartedEventAttributes)?.eventId;
  if (id !== undefined && id !== null) return id;
  // Ended before any task began: the server takes the event after the one that scheduled it.
  const scheduled = events.find((event) => event.workflowTaskScheduledEventAttributes)?.eventId;
  return (Number(scheduled ?? 2) + 1) as unknown as EventId;
}
