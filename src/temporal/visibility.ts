import type { Client, CountWorkflowExecution, WorkflowExecutionInfo } from '@temporalio/client';

/** Every query that this project asks of Temporal's visibility is made here; values are quoted here and nowhere else. */

/** A span of reception times, in milliseconds since 1970; open where a bound is missing. */
export interface Window {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface EventFilter extends Window {
  readonly provider?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly entity?: string | undefined;
}

/** All executions of a provider that were received in the window. */
export function deliveriesOf(provider: string, window: Window): string {
  return [`Provider = ${quoted(provider)}`, ...received(window)].join(' AND ');
}

/** Of those, the ones whose chain may have more than one run, or ended by another hand than ours. */
export function replayedOf(provider: string, window: Window): string {
  return `${deliveriesOf(provider, window)} AND (Replay = true OR ExecutionStatus IN ('Terminated', 'TimedOut', 'Canceled'))`;
}

export function completedOf(provider: string, window: Window): string {
  return `${deliveriesOf(provider, window)} AND ExecutionStatus = 'Completed'`;
}

export function runsOf(workflowIds: readonly string[]): string {
  return `WorkflowId IN (${workflowIds.map(quoted).join(', ')})`;
}

export function eventsBy({ provider, status, type, entity, ...window }: EventFilter): string {
  return [
    provider === undefined ? 'Provider IS NOT NULL' : `Provider = ${quoted(provider)}`,
    ...(status === undefined ? [] : [`ExecutionStatus = ${quoted(status)}`]),
    ...(type === undefined ? [] : [`EventType = ${quoted(type)}`]),
    ...(entity === undefined ? [] : [`Entity = ${quoted(entity)}`]),
    ...received(window),
  ].join(' AND ');
}

function received({ from, to }: Window): string[] {
  return [
    ...(from === undefined ? [] : [`ReceivedAt >= ${quoted(new Date(from).toISOString())}`]),
    ...(to === undefined ? [] : [`ReceivedAt < ${quoted(new Date(to).toISOString())}`]),
  ];
}

/** As a text of the query language: ends where a quote would end it, so quotes and backslashes are doubled or escaped. */
function quoted(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

/** How many executions there are of each status, by the status's name: `Completed`, `Failed` … */
export async function countByStatus(client: Client, query: string): Promise<ReadonlyMap<string, number>> {
  const { groups }: CountWorkflowExecution = await client.workflow.count(`${query} GROUP BY ExecutionStatus`);
  return new Map(groups.map(({ groupValues, count }) => [String(groupValues[0]), count]));
}

/** Up to `limit` executions, the newest close first. */
export async function list(
  client: Client,
  query: string,
  limit = Infinity,
): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const execution of client.workflow.list({ query, pageSize: Math.min(limit, 1000) })) {
    found.push(execution);
    if (found.length >= limit) break;
  }
  return found;
}
