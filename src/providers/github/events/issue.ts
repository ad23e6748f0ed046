import { id, readPayload, z } from '#provider-kit';
import type { Mutation } from '#provider-kit';
import { link, ref, remove, unlink, upsert } from '../graph.ts';
import { repositoryMutations, userMutations } from '../mutations/account.ts';
import { conversationRef, issueMutations, shownIssueMutations } from '../mutations/issue.ts';
import { labelMutations, milestoneMutations } from '../mutations/item.ts';
import { namedMutations } from '../mutations/named.ts';
import { account, repository } from '../schema/account.ts';
import { comment, issue, label, milestone } from '../schema/issue.ts';
import { at, goneAt, moment, momentOf } from '../time.ts';
import type { EventReader } from './event.ts';

const event = z.object({ action: z.string(), repository });

const issueEvent = event.extend({
  issue,
  assignee: account.nullish(),
  label: label.nullish(),
  milestone: milestone.nullish(),
  changes: z.object({ new_issue: issue.nullish(), new_repository: repository.nullish() }).nullish(),
});

const readIssue: EventReader = (payload, delivery) => {
  const event = readPayload(issueEvent, payload);
  const { action, issue, repository } = event;
  const node = conversationRef(issue, repository);
  if (action === 'deleted') return { at: goneAt(delivery, issue.updated_at), mutations: [remove(node)] };
  return {
    at: at(issue.updated_at, momentOf(action)),
    mutations: [
      ...issueMutations(issue, { repository }),
      ...namedMutations(event, node, at(issue.updated_at, moment.named)),
      ...movedMutations(event),
    ],
  };
};

/** A transferred issue is a new one, with another id, in the other repository. */
function movedMutations({ issue, changes }: z.output<typeof issueEvent>): Mutation[] {
  const { new_issue: next, new_repository: repository } = changes ?? {};
  if (!next) return [];
  return [
    link(ref.issue(issue), 'MOVED_TO', ref.issue(next)),
    ...shownIssueMutations(next, repository),
    ...(repository ? repositoryMutations(repository) : []),
  ];
}

const issueCommentEvent = event.extend({ issue, comment });

const readIssueComment: EventReader = (payload, delivery) => {
  const { action, issue, comment, repository } = readPayload(issueCommentEvent, payload);
  const node = ref.issueComment(comment);
  const shown = shownIssueMutations(issue, repository);
  if (action === 'deleted') {
    return { at: goneAt(delivery, comment.updated_at), mutations: [remove(node), ...shown] };
  }
  const { body, html_url: url, created_at, updated_at, user } = comment;
  return {
    at: at(updated_at, momentOf(action)),
    mutations: [
      upsert(node, { text: body, url, created_at, updated_at }),
      link(node, 'COMMENTED_ON', conversationRef(issue, repository)),
      ...(user ? [link(ref.user(user), 'CREATED', node), ...userMutations(user)] : []),
      ...shown,
    ],
  };
};

const subIssueEvent = event.extend({
  parent_issue_id: id,
  sub_issue_id: id.nullish(),
  parent_issue: issue.nullish(),
  sub_issue: issue.nullish(),
  parent_issue_repo: repository.nullish(),
  sub_issue_repo: repository.nullish(),
});

/** One link is told twice, by the parent and by the sub-issue; neither's clock is sure to have moved. */
const readSubIssues: EventReader = (payload) => {
  const event = readPayload(subIssueEvent, payload);
  const { parent_issue: parent, sub_issue: child, repository } = event;
  const childId = event.sub_issue_id ?? child?.id;
  const change = event.action.endsWith('_removed') ? unlink : link;
  const parentRef = ref.issue({ id: event.parent_issue_id });
  return {
    mutations: [
      ...(childId ? [change(ref.issue({ id: childId }), 'SUB_ISSUE_OF', parentRef)] : []),
      ...(child ? shownIssueMutations(child, event.sub_issue_repo ?? repository) : []),
      ...(parent ? shownIssueMutations(parent, event.parent_issue_repo ?? repository) : []),
    ],
  };
};

const dependencyEvent = event.extend({
  blocked_issue_id: id.nullish(),
  blocked_issue: issue.nullish(),
  blocked_issue_repo: repository.nullish(),
  blocking_issue_id: id.nullish(),
  blocking_issue: issue.nullish(),
  blocking_issue_repo: repository.nullish(),
});

/** Told twice as well, by the issue that waits and by the one that it waits for. */
const readDependencies: EventReader = (payload) => {
  const event = readPayload(dependencyEvent, payload);
  const { blocked_issue: blocked, blocking_issue: blocking, repository } = event;
  const blockedId = event.blocked_issue_id ?? blocked?.id;
  const blockingId = event.blocking_issue_id ?? blocking?.id;
  const change = event.action.endsWith('_removed') ? unlink : link;
  return {
    mutations: [
      ...(blockedId && blockingId
        ? [change(ref.issue({ id: blockedId }), 'DEPENDS_ON', ref.issue({ id: blockingId }))]
        : []),
      ...(blocked ? shownIssueMutations(blocked, event.blocked_issue_repo ?? repository) : []),
      ...(blocking ? shownIssueMutations(blocking, event.blocking_issue_repo ?? repository) : []),
    ],
  };
};

const readLabel: EventReader = (payload) => {
  const { action, label: shown, repository } = readPayload(event.extend({ label }), payload);
  const gone = action === 'deleted';
  return { mutations: gone ? [remove(ref.label(shown))] : labelMutations(shown, { repository }) };
};

const readMilestone: EventReader = (payload, delivery) => {
  const { action, milestone: shown, repository } = readPayload(event.extend({ milestone }), payload);
  return action === 'deleted'
    ? { at: goneAt(delivery, shown.updated_at), mutations: [remove(ref.milestone(shown))] }
    : { at: at(shown.updated_at, momentOf(action)), mutations: milestoneMutations(shown, { repository }) };
};

export const issueEvents: Readonly<Record<string, EventReader>> = {
  issues: readIssue,
  issue_comment: readIssueComment,
  sub_issues: readSubIssues,
  issue_dependencies: readDependencies,
  label: readLabel,
  milestone: readMilestone,
};
