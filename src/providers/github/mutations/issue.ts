import type { EventTime, Mutation } from '#provider-kit';
import { ref, upsert } from '../graph.ts';
import { pullRequestIdOf } from '../node-id.ts';
import type { Issue } from '../schema/issue.ts';
import { at, moment } from '../time.ts';
import { itemMutations } from './item.ts';
import type { Place } from './item.ts';

/** The node of an issue, which is a pull request where the issue is a pull request's conversation. */
export function conversationRef(issue: Issue, repository: Place['repository']) {
  const pullRequestId =
    issue.pull_request && issue.node_id && repository
      ? pullRequestIdOf(issue.node_id, repository.id)
      : undefined;
  return pullRequestId === undefined ? ref.issue(issue) : ref.pullRequest({ id: pullRequestId });
}

/** An issue that the event is about. */
export function issueMutations(issue: Issue, place: Place): Mutation[] {
  const node = conversationRef(issue, place.repository);
  const { number, title, body, state, locked, html_url: url, created_at, updated_at, closed_at } = issue;
  const shared = { number, title, body, state, locked, url, created_at, updated_at, closed_at };
  return [
    node.label === 'Issue'
      ? upsert(
          ref.issue(issue),
          { ...shared, state_reason: issue.state_reason, type: typeOf(issue) },
          place.time,
        )
      : upsert(node, shared, place.time),
    ...itemMutations(issue, node, place),
  ];
}

/** An issue beside the event's subject, by its own clock. */
export function shownIssueMutations(issue: Issue, repository: Place['repository']): Mutation[] {
  const time: EventTime | undefined = at(issue.updated_at, moment.shown);
  return issueMutations(issue, { repository, time });
}

function typeOf({ type }: Issue): string | null | undefined {
  return type === null ? null : type?.name;
}
