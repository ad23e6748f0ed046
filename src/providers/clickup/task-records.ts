import type { Mutation } from '#provider-kit';
import { nameOfValue } from './field-value.ts';
import { link, ref, remove, timeOf, upsert, upsertUser } from './graph.ts';
import { comment, readAs, timeEntry } from './schema.ts';
import type { Change } from './task-change.ts';

/** A removed entry is in `before` alone, a changed one in both. `data` has the task's new total. */
export function timeSpent({ task, item, at }: Change): readonly Mutation[] {
  const total = item.data?.total_time;
  const sum = typeof total === 'number' ? [upsert(task, { time_spent_ms: total }, at)] : [];
  const entry = readAs(timeEntry, item.after);
  if (entry === undefined) {
    const removed = item.after === null ? readAs(timeEntry, item.before) : undefined;
    return removed === undefined ? sum : [...sum, remove(ref.timeEntry(removed.id), at)];
  }
  const node = ref.timeEntry(entry.id);
  const times = {
    started_at: timeOf(entry.start),
    ended_at: timeOf(entry.end),
    duration_ms: entry.time,
  };
  return [
    ...sum,
    upsert(node, times, at),
    link(node, 'BELONGS_TO', task, at),
    ...(item.user ? [link(ref.user(item.user), 'CREATED', node, at)] : []),
  ];
}

export function commented({ task, item, at }: Change): readonly Mutation[] {
  const said = item.comment ?? readAs(comment, { id: item.after });
  if (!said) return [];
  const node = ref.comment(said.id);
  const author = said.user ?? item.user;
  return [
    upsert(node, { text: said.text_content ?? undefined, created_at: timeOf(said.date), updated_at: at }, at),
    link(node, 'COMMENTED_ON', task, at),
    ...(author ? [upsertUser(author, at), link(ref.user(author), 'CREATED', node, at)] : []),
  ];
}

export function customFieldChanged({ task, taskId, item, at }: Change): readonly Mutation[] {
  const definition = item.custom_field;
  if (!definition) return [];
  const node = ref.customField(taskId, definition.id);
  const { id, name, type } = definition;
  const value = nameOfValue(definition, item.after);
  return [
    upsert(node, { field_id: id, name: name ?? undefined, type: type ?? undefined, value }, at),
    link(task, 'HAS_CUSTOM_FIELD', node, at),
  ];
}
