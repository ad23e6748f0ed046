import { type EventTime, eventTime, type Mutation } from '#provider-kit';
import { nameOfValue } from './field-value.ts';
import {
  link,
  placeList,
  placeTask,
  ref,
  replaceIn,
  replaceOut,
  type TaskRef,
  timeOf,
  upsert,
  upsertUser,
} from './graph.ts';
import type { Task, User } from './schema.ts';

/**
 * Everything that the API, or an Automation, says of a task. It was true when the task was last updated: stamped with
 * that time it never wins over a change that webhooks tell as newer. What is left out says nothing.
 */
export function snapshotMutations(task: Task): Mutation[] {
  const at = eventTime(task.date_updated);
  const node = ref.task(task.id);
  return [
    upsert(node, propertiesOf(task), at),
    ...labelsOf(node, task, at),
    ...peopleOf(node, task, at),
    ...relationsOf(node, task, at),
    ...placeOf(node, task, at),
    ...customFieldsOf(node, task, at),
  ];
}

function propertiesOf(task: Task) {
  return {
    name: task.name,
    custom_id: task.custom_id,
    description: task.text_content,
    url: task.url,
    status: task.status?.status,
    status_type: task.status?.type,
    priority: task.priority === null ? null : task.priority?.priority,
    archived: task.archived,
    points: task.points,
    due_date: timeOf(task.due_date),
    start_date: timeOf(task.start_date),
    time_estimate_ms: task.time_estimate,
    time_spent_ms: task.time_spent,
    created_at: timeOf(task.date_created),
    updated_at: timeOf(task.date_updated),
    closed_at: timeOf(task.date_closed),
  };
}

function labelsOf(node: TaskRef, { status, priority, tags }: Task, at: EventTime | undefined): Mutation[] {
  const mutations: Mutation[] = [];
  if (status) {
    const to = ref.status(status.status);
    mutations.push(upsert(to, { name: status.status }, at), replaceOut(node, 'HAS_STATUS', [to], at));
  }
  if (priority === null) mutations.push(replaceOut(node, 'HAS_PRIORITY', [], at));
  if (priority) {
    const to = ref.priority(priority.id);
    mutations.push(upsert(to, { name: priority.priority }, at), replaceOut(node, 'HAS_PRIORITY', [to], at));
  }
  if (tags) {
    mutations.push(...tags.map(({ name }) => upsert(ref.tag(name), { name }, at)));
    mutations.push(
      replaceOut(
        node,
        'TAGGED_WITH',
        tags.map(({ name }) => ref.tag(name)),
        at,
      ),
    );
  }
  return mutations;
}

function peopleOf(node: TaskRef, task: Task, at: EventTime | undefined): Mutation[] {
  const { creator, assignees, watchers, team_id: team } = task;
  const people = new Map<string, User>();
  for (const user of [...(watchers ?? []), ...(assignees ?? []), ...(creator ? [creator] : [])]) {
    people.set(user.id, user);
  }
  const mutations = [...people.values()].flatMap((user) => [
    upsertUser(user, at),
    ...(team ? [link(ref.user(user), 'MEMBER_OF', ref.team(team), at)] : []),
  ]);
  if (creator) mutations.push(link(ref.user(creator), 'CREATED', node, eventTime(task.date_created)));
  if (assignees) mutations.push(replaceOut(node, 'ASSIGNED_TO', assignees.map(ref.user), at));
  if (watchers) mutations.push(replaceIn(node, 'WATCHING', watchers.map(ref.user), at));
  return mutations;
}

function relationsOf(
  node: TaskRef,
  { id, parent, dependencies }: Task,
  at: EventTime | undefined,
): Mutation[] {
  const mutations: Mutation[] = [];
  if (parent !== undefined) {
    mutations.push(replaceOut(node, 'SUBTASK_OF', parent === null ? [] : [ref.task(parent)], at));
  }
  if (dependencies) {
    const waitsFor = dependencies.filter(({ task_id: waiting }) => waiting === id);
    const blocks = dependencies.filter(({ depends_on: awaited }) => awaited === id);
    const awaited = waitsFor.map((dependency) => ref.task(dependency.depends_on));
    const waiting = blocks.map((dependency) => ref.task(dependency.task_id));
    mutations.push(
      replaceOut(node, 'DEPENDS_ON', awaited, at),
      replaceIn(node, 'BLOCKS', awaited, at),
      replaceIn(node, 'DEPENDS_ON', waiting, at),
      replaceOut(node, 'BLOCKS', waiting, at),
    );
  }
  return mutations;
}

function placeOf(
  node: TaskRef,
  { list, folder, space, team_id: team }: Task,
  at: EventTime | undefined,
): Mutation[] {
  const mutations: Mutation[] = [];
  if (list) {
    mutations.push(
      ...placeTask(node, list.id, at),
      ...placeList({ ...list, category: folder, project: space }, at),
    );
  }
  if (space && team) mutations.push(link(ref.team(team), 'HAS_SPACE', ref.space(space.id), at));
  return mutations;
}

/** Fields without a value are left out: each task has every field of its list. */
function customFieldsOf(node: TaskRef, task: Task, at: EventTime | undefined): Mutation[] {
  const filled = (task.custom_fields ?? []).filter(({ value }) => value !== undefined && value !== null);
  return filled.flatMap((field) => {
    const to = ref.customField(task.id, field.id);
    const value = nameOfValue(field, field.value);
    const { id, name, type } = field;
    return [
      upsert(to, { field_id: id, name: name ?? undefined, type: type ?? undefined, value }, at),
      link(node, 'HAS_CUSTOM_FIELD', to, at),
    ];
  });
}
