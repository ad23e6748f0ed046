import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { idempotencyKey } from '../delivery.ts';
import { EventUnknownError } from '../errors.ts';
import { reach } from '../temporal/reach.ts';
import { type EventFilter, eventsBy } from '../temporal/visibility.ts';
import type { VisibilityReader } from '../temporal/visibility-reader.ts';
import { asRow, type EventRow, newestRuns } from './event-row.ts';

export interface EventId {
  readonly provider: string;
  /** Of the delivery. */
  readonly id: string;
}

export interface EventList {
  readonly events: readonly EventRow[];
  /** Whether more deliveries matched. */
  readonly truncated: boolean;
}

export interface EventDetail extends EventRow {
  /** The newest first. */
  readonly runs: readonly EventRow[];
  readonly result: unknown;
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** What is tried again and again, and what it last failed with. */
  readonly pending: readonly {
    readonly activity: string;
    readonly attempt: number;
    readonly last_failure: string | null;
  }[];
  /** To the run in Temporal's UI. */
  readonly link: string | null;
}

const maxPageSize = 100;

/**
 * Deliveries by their newest run, the newest reception first. A run that matches may be an old one of its delivery: a
 * failure that was replayed with success is not failed, so the newest run is looked up and its status decides.
 */
export async function listEvents(
  visibility: VisibilityReader,
  filter: EventFilter,
  limit: number,
): Promise<EventList> {
  const seen = new Set<string>();
  const rows: EventRow[] = [];
  for await (const page of visibility.pages(eventsBy(filter), Math.min(limit + 1, maxPageSize))) {
    const ids = [...new Set(page.map(({ workflowId }) => workflowId))].filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    const newest = newestRuns(await visibility.runsOf(ids)).map(asRow);
    rows.push(...newest.filter(({ status }) => filter.status === undefined || status === filter.status));
    if (rows.length > limit) break;
  }
  rows.sort((a, b) => (b.received_at ?? '').localeCompare(a.received_at ?? ''));
  return { events: rows.slice(0, limit), truncated: rows.length > limit };
}

export interface DescribeOptions {
  readonly client: Client;
  readonly visibility: VisibilityReader;
  /** Of the namespace in Temporal's UI, without a slash at its end. */
  readonly temporalUi?: string | undefined;
}

/** @throws EventUnknownError */
export async function describeEvent(options: DescribeOptions, event: EventId): Promise<EventDetail> {
  const { client, visibility, temporalUi } = options;
  const description = await describeNewestRun(client, event);
  const row = asRow(description);
  const runs = (await visibility.runsOf([row.workflow_id])).map(asRow);
  const path = `/workflows/${encodeURIComponent(row.workflow_id)}/${row.run_id}/history`;
  return {
    ...row,
    runs: runs.sort((a, b) => b.started_at.localeCompare(a.started_at)),
    ...(await endOf(client, row)),
    pending: (description.raw.pendingActivities ?? []).map((activity) => ({
      activity: activity.activityType?.name ?? '',
      attempt: activity.attempt ?? 0,
      last_failure: activity.lastFailure?.message ?? null,
    })),
    link: temporalUi === undefined ? null : `${temporalUi}${path}`,
  };
}

/** @throws EventUnknownError */
export async function describeNewestRun(client: Client, { provider, id }: EventId) {
  const workflowId = idempotencyKey(provider, id);
  try {
    return await reach(client, async () => await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new EventUnknownError(`Temporal knows no delivery ${workflowId}; it may be past its retention.`, {
      cause: error,
    });
  }
}

/** What a closed run returned or failed with. */
async function endOf(client: Client, row: EventRow): Promise<Pick<EventDetail, 'result' | 'failure'>> {
  if (row.status === 'running') return { result: null, failure: null };
  try {
    const result = await reach<unknown>(client, async () => {
      const value: unknown = await client.workflow.result(row.workflow_id, row.run_id, { followRuns: false });
      return value;
    });
    return { result, failure: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { result: null, failure: failureOf(error.cause) };
  }
}

function failureOf(cause: Error | undefined): EventDetail['failure'] {
  return { code: codeOf(cause), message: cause?.message ?? '' };
}

function codeOf(cause: Error | undefined): string {
  if (cause instanceof ApplicationFailure) return cause.type ?? 'INTERNAL';
  if (cause instanceof TerminatedFailure) return 'TERMINATED';
  if (cause instanceof CancelledFailure) return 'CANCELED';
  return cause instanceof TimeoutFailure ? 'TIMED_OUT' : 'INTERNAL';
}
