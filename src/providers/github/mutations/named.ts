import type { EventTime, Mutation, NodeRef } from '#provider-kit';
import { link, ref, replaceOut, unlink } from '../graph.ts';
import type { Account } from '../schema/account.ts';
import type { Label, Milestone } from '../schema/issue.ts';
import { userMutations } from './account.ts';

interface NamedBy {
  readonly action: string;
  readonly assignee?: Account | null | undefined;
  readonly label?: Label | null | undefined;
  readonly milestone?: Milestone | null | undefined;
}

/**
 * The one thing that an action names. GitHub sends an event for each of three labels that were added at once, all in
 * one second, and the list in each may be any stage between: so what is named holds against the lists of its second.
 */
export function namedMutations(
  { action, assignee, label, milestone }: NamedBy,
  node: NodeRef<'Issue'> | NodeRef<'PullRequest'>,
  time: EventTime | undefined,
): Mutation[] {
  if (assignee && (action === 'assigned' || action === 'unassigned')) {
    const change = action === 'assigned' ? link : unlink;
    return [change(node, 'ASSIGNED_TO', ref.user(assignee), time), ...userMutations(assignee)];
  }
  if (label && (action === 'labeled' || action === 'unlabeled')) {
    return [(action === 'labeled' ? link : unlink)(node, 'HAS_LABEL', ref.label(label), time)];
  }
  if (milestone && (action === 'milestoned' || action === 'demilestoned')) {
    const held = action === 'milestoned' ? [ref.milestone(milestone)] : [];
    return [replaceOut(node, 'HAS_MILESTONE', held, time)];
  }
  return [];
}
