import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { ReplayRefusedError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import { grpcCodeOf, reach } from '../temporal/reach.ts';
import { describeNewestRun, type EventId } from './events.ts';

export interface Replayed {
  readonly workflow_id: string;
  readonly previous_run_id: string;
  readonly run_id: string;
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** gRPC's codes of a reset that the server understands and refuses: invalid argument, not found, precondition. */
const refusals = new Set([3, 5, 9]);

/**
 * Resets the newest run of a delivery to its first workflow task: a new run does all of it again, with today's code.
 * It is the same call that the Temporal UI makes.
 *
 * @throws EventUnknownError, and ReplayRefusedError for a delivery that still runs, unless forced
 */
export async function replayEvent(client: Client, event: EventId, isForced: boolean): Promise<Replayed> {
  const { workflowId, runId, status } = await describeNewestRun(client, event);
  if (status.name === 'RUNNING' && !isForced) {
    throw new ReplayRefusedError(`${workflowId} still runs; force=true ends this run and begins another.`);
  }
  const newRunId = await reset(client, { workflowId, runId });
  return { workflow_id: workflowId, previous_run_id: runId, run_id: newRunId };
}

async function reset(client: Client, run: Run): Promise<string> {
  try {
    return await reach(client, async () => {
      const { runId } = await client.workflowService.resetWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: run,
        reason: 'replayed through flowstate',
        requestId: randomUUID(),
        workflowTaskFinishEventId: await firstTaskFinish(client, run),
      });
      return runId;
    });
  } catch (error) {
    if (!refusals.has(grpcCodeOf(error) ?? 0)) throw error;
    const reason = messageOf(error);
    throw new ReplayRefusedError(`Temporal does not reset ${run.workflowId}: ${reason}`, { cause: error });
  }
}

type HistoryEventId = NonNullable<
  Parameters<Client['workflowService']['resetWorkflowExecution']>[0]['workflowTaskFinishEventId']
>;

/** The event with which the first workflow task ended; where the run ended before, the one that would have been it. */
async function firstTaskFinish(client: Client, execution: Run): Promise<HistoryEventId> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution,
    maximumPageSize: 20,
  });
  const events = history?.events ?? [];
  const finish =
    events.find((event) => event.workflowTaskCompletedEventAttributes) ??
    events.find((event) => event.workflowTaskStartedEventAttributes);
  if (finish?.eventId) return finish.eventId;
  const scheduled = events.find((event) => event.workflowTaskScheduledEventAttributes)?.eventId;
  if (!scheduled) throw new ReplayRefusedError(`${execution.workflowId} ended before it began.`);
  return scheduled.add(1);
}
