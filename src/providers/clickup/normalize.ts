import { type Delivery, eventTime, type Mutation, type Normalized, type NormalizeInput } from '#provider-kit';
import type { Enrichment } from './enrich.ts';
import { taskIdOf } from './events.ts';
import { latest, link, ref, remove, upsert } from './graph.ts';
import { type ClickUpWebhookEvent, readAutomation, readAutomationTask, readEvent } from './schema.ts';
import type { Settings } from './settings.ts';
import { structureMutations } from './structure.ts';
import { historyMutations } from './task-history.ts';
import { snapshotMutations } from './task-snapshot.ts';

export function normalize({ delivery, enrichment }: NormalizeInput<Settings, Enrichment>): Normalized {
  const automation = readAutomation(delivery.payload);
  if (automation !== undefined) {
    const task = readAutomationTask(automation);
    return {
      eventTime: eventTime(automation.date),
      mutations: task === undefined ? [] : snapshotMutations(task),
    };
  }
  const event = readEvent(delivery.payload);
  const taskId = taskIdOf(event);
  return {
    eventTime: latest(event.history_items ?? []),
    mutations: [
      ...(taskId === undefined ? [] : taskMutations(event, taskId, enrichment)),
      ...(taskId === undefined || enrichment === undefined ? [] : enriched(delivery, taskId, enrichment)),
      ...editedComments(delivery, event),
      ...structureMutations(event),
      ...membersOf(event),
    ],
  };
}

function taskMutations(event: ClickUpWebhookEvent, taskId: string, enrichment?: Enrichment): Mutation[] {
  const items = event.history_items ?? [];
  if (event.event === 'taskDeleted') return [remove(ref.task(taskId), latest(items))];
  if (items.length === 0 && enrichment === undefined) return [upsert(ref.task(taskId), {})];
  return items.flatMap((item) => historyMutations(taskId, item));
}

/** A task that was gone when it was asked for was deleted about when the event came: after what the event tells. */
function enriched(delivery: Delivery, taskId: string, enrichment: Enrichment): Mutation[] {
  if ('task' in enrichment) return snapshotMutations(enrichment.task);
  const { history_items: items } = readEvent(delivery.payload);
  const times = [eventTime(delivery.receivedAt), latest(items ?? [])].flatMap((at) => at ?? []);
  return [remove(ref.task(taskId), times.sort().at(-1))];
}

/**
 * An edited comment comes with the date, and the history item, of the comment as it was first posted: only its reception
 * tells that the text is newer.
 */
function editedComments(
  delivery: Delivery,
  { event, history_items: items }: ClickUpWebhookEvent,
): Mutation[] {
  if (event !== 'taskCommentUpdated') return [];
  const at = eventTime(delivery.receivedAt);
  return (items ?? []).flatMap(({ comment, date }) =>
    comment && comment.date === date
      ? [upsert(ref.comment(comment.id), { text: comment.text_content ?? undefined, updated_at: at }, at)]
      : [],
  );
}

/** Who changes something in a workspace is a member of it. Captures have `team_id`, the documented examples do not. */
function membersOf({ team_id: team, history_items: items }: ClickUpWebhookEvent): Mutation[] {
  if (!team) return [];
  return (items ?? []).flatMap(({ user, date }) =>
    user ? [link(ref.user(user), 'MEMBER_OF', ref.team(team), eventTime(date))] : [],
  );
}
