import { type EventTime, eventTime, type Mutation, type NodeRef } from '#provider-kit';
import { textOfDelta } from './field-value.ts';
import { link, placeList, placeTask, ref, replaceOut, unlink, upsert, upsertUser } from './graph.ts';
import { type HistoryItem, priority, readAs, section, status, tags, user } from './schema.ts';
import { type Change, millisecondsAfter, timeAfter } from './task-change.ts';
import { commented, customFieldChanged, timeSpent } from './task-records.ts';

/**
 * What each field's change says beyond "the task exists, in this list, and this user did something". A field that is not
 * here, such as a checklist's, is recorded as that alone: ClickUp adds fields without notice.
 */
const fields: Readonly<Record<string, (change: Change) => readonly Mutation[]>> = {
  task_creation: created,
  name: ({ task, item, at }) =>
    typeof item.after === 'string' ? [upsert(task, { name: item.after }, at)] : [],
  content: ({ task, item, at }) => [upsert(task, { description: textOfDelta(item.after) }, at)],
  status: statusChanged,
  priority: priorityChanged,
  assignee_add: ({ task, item, at }) => assignee(item.after, at, (to) => link(task, 'ASSIGNED_TO', to, at)),
  assignee_rem: ({ task, item, at }) =>
    assignee(item.before, at, (to) => unlink(task, 'ASSIGNED_TO', to, at)),
  due_date: ({ task, item, at }) => [upsert(task, { due_date: timeAfter(item) }, at)],
  start_date: ({ task, item, at }) => [upsert(task, { start_date: timeAfter(item) }, at)],
  time_estimate: ({ task, item, at }) => [upsert(task, { time_estimate_ms: millisecondsAfter(item) }, at)],
  time_spent: timeSpent,
  tag: tagsChanged,
  tag_removed: tagsRemoved,
  section_moved: moved,
  comment: commented,
  custom_field: customFieldChanged,
};

export const knownFields: ReadonlySet<string> = new Set(Object.keys(fields));

/**
 * The facts of one history item. They depend on the task and the item alone, never on the event that brought it:
 * ClickUp sends each change as several events with the same item, and the graph must not tell them apart.
 */
export function historyMutations(taskId: string, item: HistoryItem): Mutation[] {
  const at = eventTime(item.date);
  const task = ref.task(taskId);
  const { field } = item;
  const change = field && Object.hasOwn(fields, field) ? fields[field] : undefined;
  return [
    upsert(task, { updated_at: at }, at),
    ...(change?.({ task, taskId, item, at }) ?? []),
    ...(item.parent_id && field !== 'section_moved' ? placeTask(task, item.parent_id, at) : []),
    ...(item.user ? [upsertUser(item.user, at)] : []),
  ];
}

function created({ task, item, at }: Change): readonly Mutation[] {
  const creation = upsert(task, { created_at: at }, at);
  return item.user ? [creation, link(ref.user(item.user), 'CREATED', task, at)] : [creation];
}

function statusChanged({ task, item, at }: Change): readonly Mutation[] {
  const after = readAs(status, item.after);
  if (after === undefined) return [];
  const node = ref.status(after.status);
  return [
    upsert(task, { status: after.status, status_type: after.type ?? undefined }, at),
    upsert(node, { name: after.status }, at),
    replaceOut(task, 'HAS_STATUS', [node], at),
  ];
}

/** Without a priority, `after` is null. */
function priorityChanged({ task, item, at }: Change): readonly Mutation[] {
  if (item.after === null) {
    return [upsert(task, { priority: null }, at), replaceOut(task, 'HAS_PRIORITY', [], at)];
  }
  const after = readAs(priority, item.after);
  if (after === undefined) return [];
  const node = ref.priority(after.id);
  return [
    upsert(task, { priority: after.priority }, at),
    upsert(node, { name: after.priority }, at),
    replaceOut(task, 'HAS_PRIORITY', [node], at),
  ];
}

function assignee(
  value: unknown,
  at: EventTime | undefined,
  change: (to: NodeRef<'User'>) => Mutation,
): readonly Mutation[] {
  const person = readAs(user, value);
  return person === undefined ? [] : [upsertUser(person, at), change(ref.user(person))];
}

/** Whether `after` has all tags or the new ones is not documented: either way these are on the task, and the others of `before` are not. */
function tagsChanged({ task, item, at }: Change): readonly Mutation[] {
  const after = readAs(tags, item.after) ?? [];
  const names = new Set(after.map(({ name }) => name));
  const gone = (readAs(tags, item.before) ?? []).filter(({ name }) => !names.has(name));
  return [
    ...after.flatMap(({ name }) => [
      upsert(ref.tag(name), { name }, at),
      link(task, 'TAGGED_WITH', ref.tag(name), at),
    ]),
    ...gone.map(({ name }) => unlink(task, 'TAGGED_WITH', ref.tag(name), at)),
  ];
}

/** Seen with the removed tags in `after`; with `before` too, the removed ones are those that `after` lacks. */
function tagsRemoved({ task, item, at }: Change): readonly Mutation[] {
  const before = readAs(tags, item.before) ?? [];
  const after = readAs(tags, item.after) ?? [];
  const left = new Set(before.length > 0 ? after.map(({ name }) => name) : []);
  const removed = (before.length > 0 ? before : after).filter(({ name }) => !left.has(name));
  return removed.map(({ name }) => unlink(task, 'TAGGED_WITH', ref.tag(name), at));
}

function moved({ task, item, at }: Change): readonly Mutation[] {
  const before = readAs(section, item.before);
  const after = readAs(section, item.after);
  return [
    ...(after ? [...placeTask(task, after.id, at), ...placeList(after, at)] : []),
    ...(before ? placeList(before, at) : []),
  ];
}
