import type { EventTime } from '#provider-kit';
import { type TaskRef, timeOf } from './graph.ts';
import { type HistoryItem, milliseconds, readAs } from './schema.ts';

/** One entry of a task's history, with what its facts are about and when they came true. */
export interface Change {
  readonly task: TaskRef;
  readonly taskId: string;
  readonly item: HistoryItem;
  readonly at: EventTime | undefined;
}

/** The new value; null says that there is none any more, undefined that it cannot be read. */
export function millisecondsAfter(item: HistoryItem): number | null | undefined {
  return item.after === null ? null : readAs(milliseconds, item.after);
}

export function timeAfter(item: HistoryItem): EventTime | null | undefined {
  return timeOf(millisecondsAfter(item));
}
