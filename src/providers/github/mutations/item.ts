import type { EventTime, Mutation, NodeRef } from '#provider-kit';
import { link, ref, replaceOut, upsert } from '../graph.ts';
import type { Issue, Label, Milestone, PullRequest } from '../schema/issue.ts';
import { at, moment } from '../time.ts';
import { userMutations } from './account.ts';

interface HasId {
  readonly id: string;
}

/** What has a repository and, as a snapshot beside something else, a time of its own. */
export interface Place {
  readonly repository: HasId | null | undefined;
  readonly time?: EventTime | undefined;
}

export function labelMutations(label: Label, { repository, time }: Place): Mutation[] {
  const node = ref.label(label);
  const { name, color, description } = label;
  return [
    upsert(node, { name, color, description }, time),
    ...(repository ? [link(node, 'PART_OF', ref.repository(repository), time)] : []),
  ];
}

export function milestoneMutations(milestone: Milestone, { repository, time }: Place): Mutation[] {
  const node = ref.milestone(milestone);
  const { number, title, description, state, html_url: url, creator } = milestone;
  const { created_at, updated_at, closed_at, due_on } = milestone;
  const dates = { created_at, updated_at, closed_at, due_on };
  return [
    upsert(node, { number, title, description, state, url, ...dates }, time),
    ...(repository ? [link(node, 'PART_OF', ref.repository(repository), time)] : []),
    ...(creator ? [link(ref.user(creator), 'CREATED', node, time), ...userMutations(creator)] : []),
  ];
}

/** The node of an issue or of a pull request. */
type ItemRef = NodeRef<'Issue'> | NodeRef<'PullRequest'>;
type Item = Issue | PullRequest;

/** What an issue and a pull request share: who opened it, who works on it, its labels, its milestone. */
export function itemMutations(item: Item, node: ItemRef, { repository, time }: Place): Mutation[] {
  const { user, assignees, labels, milestone } = item;
  return [
    ...(repository ? [link(node, 'PART_OF', ref.repository(repository), time)] : []),
    ...(user ? [link(ref.user(user), 'OPENED', node, time), ...userMutations(user)] : []),
    ...(assignees
      ? [replaceOut(node, 'ASSIGNED_TO', assignees.map(ref.user), time), ...assignees.flatMap(userMutations)]
      : []),
    ...(labels
      ? [
          replaceOut(node, 'HAS_LABEL', labels.map(ref.label), time),
          ...labels.flatMap((label) => labelMutations(label, { repository, time })),
        ]
      : []),
    ...milestoneOf(milestone, node, { repository, time }),
  ];
}

function milestoneOf(milestone: Item['milestone'], node: ItemRef, { repository, time }: Place): Mutation[] {
  if (milestone === undefined) return [];
  if (milestone === null) return [replaceOut(node, 'HAS_MILESTONE', [], time)];
  return [
    replaceOut(node, 'HAS_MILESTONE', [ref.milestone(milestone)], time),
    ...milestoneMutations(milestone, { repository, time: at(milestone.updated_at, moment.shown) ?? time }),
  ];
}
