import type { WorkflowExecutionInfo } from '@temporalio/client';
import * as attributes from '../temporal/search-attributes.ts';

/** One run of a delivery, as the routes show it. */
export interface EventRow {
  readonly provider: string;
  readonly delivery_id: string;
  readonly event_type: string;
  readonly workflow_id: string;
  readonly run_id: string;
  /** running, completed, failed, timed_out, terminated, canceled */
  readonly status: string;
  /** What the run left: written, skipped, failed; null while it runs. */
  readonly outcome: string | null;
  readonly replay: boolean;
  readonly received_at: string | null;
  readonly started_at: string;
  readonly closed_at: string | null;
  /** From its start to its close. */
  readonly milliseconds: number | null;
}

export type Run = Pick<
  WorkflowExecutionInfo,
  'typedSearchAttributes' | 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime'
>;

/** Where our name of a state is not Temporal's in lower case. */
const statusNames: Readonly<Record<string, string>> = {
  CANCELLED: 'canceled',
  CONTINUED_AS_NEW: 'continued',
};

export function asRow(run: Run): EventRow {
  const { typedSearchAttributes: found, workflowId, runId, status, startTime, closeTime } = run;
  return {
    provider: found.get(attributes.provider) ?? '',
    delivery_id: found.get(attributes.deliveryId) ?? '',
    event_type: found.get(attributes.eventType) ?? '',
    workflow_id: workflowId,
    run_id: runId,
    status: statusNames[status.name] ?? status.name.toLowerCase(),
    outcome: found.get(attributes.outcome) ?? null,
    replay: found.get(attributes.replay) ?? false,
    received_at: found.get(attributes.receivedAt)?.toISOString() ?? null,
    started_at: startTime.toISOString(),
    closed_at: closeTime?.toISOString() ?? null,
    milliseconds: closeTime === undefined ? null : closeTime.getTime() - startTime.getTime(),
  };
}

/** The newest run of each delivery: the one that began last, of equals the one that is given first. */
export function newestRuns<T extends Run>(runs: readonly T[]): T[] {
  const newest = new Map<string, T>();
  for (const run of runs) {
    const known = newest.get(run.workflowId);
    if (known === undefined || known.startTime < run.startTime) newest.set(run.workflowId, run);
  }
  return [...newest.values()];
}
