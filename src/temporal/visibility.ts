/** Every query that this project asks of Temporal's visibility is made here; values are quoted here and nowhere else. */

/** A span of reception times, in milliseconds since 1970; open where a bound is missing. */
export interface Window {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Our names of the states of a run, with Temporal's in its query language. */
export const statusInQueries = {
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  timed_out: 'TimedOut',
  terminated: 'Terminated',
  canceled: 'Canceled',
} as const;

export type EventStatus = keyof typeof statusInQueries;

export interface EventFilter extends Window {
  readonly provider?: string | undefined;
  readonly status?: EventStatus | undefined;
  readonly type?: string | undefined;
  readonly entity?: string | undefined;
}

/** All runs of a provider's deliveries that were received in the window. */
export function deliveriesOf(provider: string, window: Window): string {
  return [`Provider = ${quoted(provider)}`, ...received(window)].join(' AND ');
}

/** The runs that may not be the only one of their delivery: those of a reset, and those that others ended. */
export function replayedOf(providers: readonly string[], window: Window): string {
  return [
    `Provider IN (${providers.map(quoted).join(', ')})`,
    ...received(window),
    "(Replay = true OR ExecutionStatus IN ('Terminated', 'TimedOut', 'Canceled'))",
  ].join(' AND ');
}

/** The runs of deliveries that came under the id of another one with another body. */
export function conflictsOf(providers: readonly string[], window: Window): string {
  return ['Conflict = true', `Provider IN (${providers.map(quoted).join(', ')})`, ...received(window)].join(
    ' AND ',
  );
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
    ...(status === undefined ? [] : [`ExecutionStatus = ${quoted(statusInQueries[status])}`]),
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

/**
 * A text of the query language, which ends at the first quote that no backslash stands before. The server does not
 * unescape backslashes and double quotes: such a value stays inside its quotes, but finds nothing.
 */
function quoted(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}
