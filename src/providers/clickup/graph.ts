import {
  boundedKey,
  type EventTime,
  eventTime,
  type Mutation,
  mutationsOf,
  type NodeRef,
} from '#provider-kit';
import { model } from './model.ts';
import type { HistoryItem, Section, User } from './schema.ts';

export const { node, upsert, remove, link, unlink, replaceOut, replaceIn } = mutationsOf(model);

/** Keys are made of ClickUp's ids. What has none goes by its name, which ClickUp keeps unique without regard to case. */
export const ref = {
  team: (id: string) => node('Team', `clickup:team:${id}`),
  space: (id: string) => node('Space', `clickup:space:${id}`),
  folder: (id: string) => node('Folder', `clickup:folder:${id}`),
  list: (id: string) => node('List', `clickup:list:${id}`),
  task: (id: string) => node('Task', `clickup:task:${id}`),
  user: ({ id }: User) => node('User', `clickup:user:${id}`),
  priority: (id: string) => node('Priority', `clickup:priority:${id}`),
  comment: (id: string) => node('Comment', `clickup:comment:${id}`),
  timeEntry: (id: string) => node('TimeEntry', `clickup:time_entry:${id}`),
  goal: (id: string) => node('Goal', `clickup:goal:${id}`),
  keyResult: (id: string) => node('KeyResult', `clickup:key_result:${id}`),
  customField: (taskId: string, id: string) =>
    node('CustomField', boundedKey(`clickup:custom_field:${taskId}:${id}`)),
  status: (name: string) => node('Status', nameKey('status', name)),
  tag: (name: string) => node('Tag', nameKey('tag', name)),
};

export type TaskRef = NodeRef<'Task'>;

/** Names have spaces more often than not: those stay readable in a key. */
function nameKey(kind: string, name: string): string {
  const escaped = name.toLowerCase().replace(/[% ]/g, (character) => (character === '%' ? '%25' : '%20'));
  return boundedKey(`clickup:${kind}:${escaped}`);
}

/** A time property from ClickUp's milliseconds; null says that there is none, undefined nothing. */
export function timeOf(milliseconds: number | null | undefined): EventTime | null | undefined {
  return milliseconds === null ? null : eventTime(milliseconds);
}

/** A user as mentioned. What a mention leaves out is not known to be empty. */
export function upsertUser(user: User, at: EventTime | undefined): Mutation {
  const properties = {
    provider: 'clickup',
    name: user.username ?? undefined,
    email: user.email ?? undefined,
    avatar_url: user.profilePicture ?? undefined,
  };
  return upsert(ref.user(user), properties, at);
}

/** A task is in one list at a time; both directions are kept, for each reads well in its own queries. */
export function placeTask(task: TaskRef, listId: string, at: EventTime | undefined): Mutation[] {
  const list = ref.list(listId);
  return [replaceOut(task, 'BELONGS_TO', [list], at), replaceIn(task, 'CONTAINS', [list], at)];
}

/** A list with its names and the places that contain it. */
export function placeList(section: Section, at: EventTime | undefined): Mutation[] {
  const { category: folder, project: space } = section;
  const list = ref.list(section.id);
  const mutations: Mutation[] = [upsert(list, { name: section.name ?? undefined }, at)];
  if (space) mutations.push(upsert(ref.space(space.id), { name: space.name ?? undefined }, at));
  if (folder && folder.hidden !== true) {
    mutations.push(
      upsert(ref.folder(folder.id), { name: folder.name ?? undefined }, at),
      replaceIn(list, 'CONTAINS', [ref.folder(folder.id)], at),
    );
    if (space) mutations.push(replaceIn(ref.folder(folder.id), 'CONTAINS', [ref.space(space.id)], at));
  } else if (space && folder !== undefined) {
    mutations.push(replaceIn(list, 'CONTAINS', [ref.space(space.id)], at));
  }
  return mutations;
}

/** When the newest of the items happened. */
export function latest(items: readonly HistoryItem[]): EventTime | undefined {
  const times = items.flatMap((item) => eventTime(item.date) ?? []);
  return times.sort().at(-1);
}
