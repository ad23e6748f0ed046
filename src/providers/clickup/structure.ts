import { eventTime, type Mutation, type NodeRef } from '#provider-kit';
import { latest, link, ref, remove, upsert, upsertUser } from './graph.ts';
import { resourceFieldOf } from './events.ts';
import type { ClickUpWebhookEvent, HistoryItem } from './schema.ts';

type Structure = NodeRef<'List' | 'Folder' | 'Space' | 'Goal' | 'KeyResult'>;

const structures = {
  list_id: ref.list,
  folder_id: ref.folder,
  space_id: ref.space,
  key_result_id: ref.keyResult,
  goal_id: ref.goal,
} as const;

/**
 * Lists, folders, spaces, goals and key results. Their payloads hold ids, a list's also a history. An event that ClickUp
 * does not document touches everything that it names.
 */
export function structureMutations(event: ClickUpWebhookEvent): Mutation[] {
  const subject = resourceFieldOf(event.event);
  if (subject === 'task_id') return [];
  if (subject === undefined)
    return [...structuresOf(event).map((node) => upsert(node, {})), ...contextOf(event)];
  const node: Structure = structures[subject](event[subject] ?? '');
  const items = event.history_items ?? [];
  if (event.event.endsWith('Deleted')) return [remove(node, latest(items))];
  if (items.length === 0) return [upsert(node, {}), ...contextOf(event)];
  return [...items.flatMap((item) => changed(node, item)), ...contextOf(event)];
}

function structuresOf(event: ClickUpWebhookEvent): Structure[] {
  const fields = Object.keys(structures) as (keyof typeof structures)[];
  return fields.flatMap((field) => {
    const id = event[field];
    return id ? [structures[field](id)] : [];
  });
}

function changed(node: Structure, item: HistoryItem): Mutation[] {
  const at = eventTime(item.date);
  const name = item.field === 'name' && typeof item.after === 'string' ? { name: item.after } : {};
  return [upsert(node, name, at), ...(item.user ? [upsertUser(item.user, at)] : [])];
}

/** What contains what, as far as a payload has both ids. */
function contextOf({
  team_id: team,
  space_id: space,
  goal_id: goal,
  key_result_id: target,
}: ClickUpWebhookEvent) {
  const mutations: Mutation[] = [];
  if (team && space) mutations.push(link(ref.team(team), 'HAS_SPACE', ref.space(space)));
  if (team && goal) mutations.push(link(ref.goal(goal), 'BELONGS_TO', ref.team(team)));
  if (goal && target) mutations.push(link(ref.keyResult(target), 'BELONGS_TO', ref.goal(goal)));
  return mutations;
}
