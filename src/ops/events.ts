import {
  type Client,
  WorkflowFailedError,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { idempotencyKey } from '../delivery.ts';
import { EventUnknownError } from '../errors.ts';
import * as attributes from '../temporal/search-attributes.ts';
import { type EventFilter, eventsBy, list, runsOf } from '../temporal/visibility.ts';

export interface EventRow {
  readonly provider: string;
  readonly delivery_id: string;
  readonly event_type: string;
  readonly workflow_id: string;
  readonly run_id: string;
  /** running, completed, failed, timed_out, terminated, canceled */
  readonly status: string;
  readonly outcome: string | null;
  readonly replay: boolean;
  readonly received_at: string | null;
  readonly closed_at: string | null;
}

export interface EventDetail extends EventRow {
  readonly runs: readonly EventRow[];
  readonly result: unknown;
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** What is tried again and again, and what it last failed with. */
  readonly pending: readonly {
    readonly activity: string;
    readonly attempt: number;
    readonly last_failure: string | null;
  }[];
  readonly link: string | null;
}

/** Of the newest runs, one row for each delivery. */
export async function listEvents(client: Client, filter: EventFilter, limit: number): Promise<EventRow[]> {
  const executions = await list(client, eventsBy(filter), limit * 2);
  const newest = new Map<string, WorkflowExecutionInfo>();
  for (const execution of executions) {
    const known = newest.get(execution.workflowId);
    if (known === undefined || known.startTime < execution.startTime)
      newest.set(execution.workflowId, execution);
  }
  return [...newest.values()]
    .map(asRow)
    .sort((a, b) => ((a.received_at ?? '') < (b.received_at ?? '') ? 1 : -1))
    .slice(0, limit);
}

/** @throws EventUnknownError */
export async function describeEvent(
  client: Client,
  event: { provider: string; id: string },
  uiUrl?: string,
): Promise<EventDetail> {
  const workflowId = idempotencyKey(event.provider, event.id);
  const handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) throw unknownEvent(event);
    throw error;
  });
  const runs = (await list(client, runsOf([workflowId]))).map(asRow);
  const row = asRow(description);
  return {
    ...row,
    runs,
    ...(await outcomeOf(client, workflowId, row)),
    pending: (description.raw.pendingActivities ?? []).map((activity) => ({
      activity: activity.activityType?.name ?? '',
      attempt: activity.attempt ?? 0,
      last_failure: activity.lastFailure?.message ?? null,
    })),
    link:
      uiUrl === undefined
        ? null
        : `${uiUrl}/workflows/${encodeURIComponent(workflowId)}/${row.run_id}/history`,
  };
}

export function unknownEvent({ provider, id }: { provider: string; id: string }): EventUnknownError {
  return new EventUnknownError(
    `Temporal knows no delivery ${idempotencyKey(provider, id)}; it may be past its retention.`,
  );
}

async function outcomeOf(
  client: Client,
  workflowId: string,
  row: EventRow,
): Promise<Pick<EventDetail, 'result' | 'failure'>> {
  if (row.status === 'running') return { result: null, failure: null };
  try {
    const result: unknown = await client.workflow.result(workflowId, row.run_id, { followRuns: false });
    return { result, failure: null };
  } catch (error) {
    return { result: null, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): EventDetail['failure'] {
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  const code =
    cause instanceof ApplicationFailure ? (cause.type ?? 'INTERNAL') : (cause as Error | undefined)?.name;
  return { code: code ?? 'INTERNAL', message: cause instanceof Error ? cause.message : String(cause) };
}

const statusNames: Readonly<Record<string, string>> = {
  CANCELLED: 'canceled',
  CONTINUED_AS_NEW: 'continued',
};

type Row = Pick<
  WorkflowExecutionInfo,
  'typedSearchAttributes' | 'workflowId' | 'runId' | 'status' | 'closeTime'
>;

function asRow(execution: Row): EventRow {
  const { typedSearchAttributes: found, workflowId, runId, status, closeTime } = execution;
  return {
    provider: found.get(attributes.provider) ?? workflowId.slice(0, Math.max(0, workflowId.indexOf(':'))),
    delivery_id: found.get(attributes.deliveryId) ?? '',
    event_type: found.get(attributes.eventType) ?? '',
    workflow_id: workflowId,
    run_id: runId,
    status: statusNames[status.name] ?? status.name.toLowerCase(),
    outcome: found.get(attributes.outcome) ?? null,
    replay: found.get(attributes.replay) ?? false,
    received_at: found.get(attributes.receivedAt)?.toISOString() ?? null,
    closed_at: closeTime?.toISOString() ?? null,
  };
}
