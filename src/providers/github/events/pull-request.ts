import { id, readPayload, z } from '#provider-kit';
import type { EventTime, Mutation } from '#provider-kit';
import { link, ref, remove, unlink, upsert } from '../graph.ts';
import { teamMutations, userMutations } from '../mutations/account.ts';
import { namedMutations } from '../mutations/named.ts';
import { pullRequestMutations, shownPullRequestMutations } from '../mutations/pull-request.ts';
import { account, reference, repository, team } from '../schema/account.ts';
import { count, text, time } from '../schema/fields.ts';
import { comment, label, milestone, pullRequest } from '../schema/issue.ts';
import { at, goneAt, latest, moment, momentOf } from '../time.ts';
import type { EventReader } from './event.ts';

const event = z.object({ action: z.string(), pull_request: pullRequest, repository });

const pullRequestEvent = event.extend({
  assignee: account.nullish(),
  label: label.nullish(),
  milestone: milestone.nullish(),
  requested_reviewer: account.nullish(),
  requested_team: team.nullish(),
});

const readPullRequest: EventReader = (payload) => {
  const event = readPayload(pullRequestEvent, payload);
  const { action, pull_request: pullRequest, repository } = event;
  const node = ref.pullRequest(pullRequest);
  const named = at(pullRequest.updated_at, moment.named);
  return {
    at: at(pullRequest.updated_at, momentOf(action)),
    mutations: [
      ...pullRequestMutations(pullRequest, { repository }),
      ...namedMutations(event, node, named),
      ...reviewerMutations(event, named),
    ],
  };
};

function reviewerMutations(
  event: z.output<typeof pullRequestEvent>,
  named: EventTime | undefined,
): Mutation[] {
  const { action, requested_reviewer: user, requested_team: team } = event;
  if (action !== 'review_requested' && action !== 'review_request_removed') return [];
  const change = action === 'review_requested' ? link : unlink;
  const node = ref.pullRequest(event.pull_request);
  return [
    ...(user ? [change(node, 'REVIEW_REQUESTED', ref.user(user), named), ...userMutations(user)] : []),
    ...(team ? [change(node, 'REVIEW_REQUESTED', ref.team(team), named), ...teamMutations(team)] : []),
  ];
}

const reviewEvent = event.extend({
  review: z.object({
    id,
    state: text,
    body: text,
    commit_id: text,
    html_url: text,
    user: account.nullish(),
    submitted_at: time,
    updated_at: time,
  }),
});

/** A review keeps its `submitted_at` when it is edited or dismissed; the pull request's clock moves on. */
const readReview: EventReader = (payload) => {
  const { action, review, pull_request: pullRequest, repository } = readPayload(reviewEvent, payload);
  const node = ref.review(review);
  const { state, body, html_url: url, commit_id: commit_sha, submitted_at, user } = review;
  return {
    at: at(latest(submitted_at, review.updated_at, pullRequest.updated_at), momentOf(action)),
    mutations: [
      upsert(node, { state: state?.toLowerCase(), body, url, commit_sha, submitted_at }),
      link(node, 'REVIEWS', ref.pullRequest(pullRequest)),
      ...(user ? [link(ref.user(user), 'CREATED', node), ...userMutations(user)] : []),
      ...shownPullRequestMutations(pullRequest, repository),
    ],
  };
};

const reviewCommentEvent = event.extend({
  comment: comment.extend({
    path: text,
    line: count,
    pull_request_review_id: id.nullish(),
    in_reply_to_id: id.nullish(),
  }),
});

const readReviewComment: EventReader = (payload, delivery) => {
  const { action, comment, pull_request: pullRequest, repository } = readPayload(reviewCommentEvent, payload);
  const node = ref.reviewComment(comment);
  const shown = shownPullRequestMutations(pullRequest, repository);
  if (action === 'deleted') {
    return { at: goneAt(delivery, comment.updated_at), mutations: [remove(node), ...shown] };
  }
  const { body, path, line, html_url: url, created_at, updated_at, user } = comment;
  const { pull_request_review_id: review, in_reply_to_id: parent } = comment;
  return {
    at: at(updated_at, momentOf(action)),
    mutations: [
      upsert(node, { text: body, path, line, url, created_at, updated_at }),
      link(node, 'COMMENTED_ON', ref.pullRequest(pullRequest)),
      ...(review ? [link(node, 'PART_OF', ref.review({ id: review }))] : []),
      ...(parent ? [link(node, 'REPLY_TO', ref.reviewComment({ id: parent }))] : []),
      ...(user ? [link(ref.user(user), 'CREATED', node), ...userMutations(user)] : []),
      ...shown,
    ],
  };
};

const threadEvent = event.extend({ thread: z.object({ comments: z.array(reference) }) });

/** A thread has no numeric id: its comments carry its state. */
const readThread: EventReader = (payload) => {
  const { action, thread, pull_request: pullRequest, repository } = readPayload(threadEvent, payload);
  return {
    at: at(pullRequest.updated_at, moment.changed),
    mutations: [
      ...thread.comments.map((comment) =>
        upsert(ref.reviewComment(comment), { resolved: action === 'resolved' }),
      ),
      ...shownPullRequestMutations(pullRequest, repository),
    ],
  };
};

export const pullRequestEvents: Readonly<Record<string, EventReader>> = {
  pull_request: readPullRequest,
  pull_request_review: readReview,
  pull_request_review_comment: readReviewComment,
  pull_request_review_thread: readThread,
};
