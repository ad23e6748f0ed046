import type { Mutation } from '#provider-kit';
import { link, ref, replaceOut, upsert } from '../graph.ts';
import type { PullRequest } from '../schema/issue.ts';
import { at, moment } from '../time.ts';
import { teamMutations, userMutations } from './account.ts';
import { itemMutations } from './item.ts';
import type { Place } from './item.ts';

/** A pull request that the event is about. */
export function pullRequestMutations(pullRequest: PullRequest, place: Place): Mutation[] {
  const node = ref.pullRequest(pullRequest);
  const { number, title, body, state, draft, merged, locked, html_url: url } = pullRequest;
  const { commits, additions, deletions, changed_files, head, base } = pullRequest;
  const { created_at, updated_at, closed_at, merged_at } = pullRequest;
  const shown = { number, title, body, state, draft, merged, locked, url };
  const size = { commits, additions, deletions, changed_files };
  const dates = { created_at, updated_at, closed_at, merged_at };
  const ends = { head_ref: head?.ref, head_sha: head?.sha, base_ref: base?.ref };
  return [
    upsert(node, { ...shown, ...ends, ...size, ...dates }, place.time),
    ...itemMutations(pullRequest, node, place),
    ...reviewersOf(pullRequest, place),
    ...branchesOf(pullRequest, place),
    ...mergeOf(pullRequest, place),
  ];
}

/** A pull request beside the event's subject, by its own clock. */
export function shownPullRequestMutations(
  pullRequest: PullRequest,
  repository: Place['repository'],
): Mutation[] {
  return pullRequestMutations(pullRequest, { repository, time: at(pullRequest.updated_at, moment.shown) });
}

function reviewersOf(pullRequest: PullRequest, { time }: Place): Mutation[] {
  const { requested_reviewers: reviewers, requested_teams: teams } = pullRequest;
  if (!reviewers || !teams) return [];
  const users = reviewers.filter(({ login, slug }) => login || !slug);
  return [
    replaceOut(
      ref.pullRequest(pullRequest),
      'REVIEW_REQUESTED',
      [...users.map(ref.user), ...teams.map(ref.team)],
      time,
    ),
    ...users.flatMap(userMutations),
    ...teams.flatMap((team) => teamMutations(team)),
  ];
}

/** A branch is mentioned, not claimed to exist: the head of a closed pull request is often deleted by then. */
function branchesOf(pullRequest: PullRequest, { time }: Place): Mutation[] {
  const node = ref.pullRequest(pullRequest);
  const { head, base } = pullRequest;
  return (['HEAD', 'BASE'] as const).flatMap((type) => {
    const side = type === 'HEAD' ? head : base;
    if (!side?.repo || !side.ref) return [];
    const branch = ref.branch(side.repo, side.ref);
    return [replaceOut(node, type, [branch], time), link(branch, 'PART_OF', ref.repository(side.repo), time)];
  });
}

/** Before the merge `merge_commit_sha` is a trial commit of GitHub's that never lands. */
function mergeOf(pullRequest: PullRequest, { time }: Place): Mutation[] {
  const { merged, merge_commit_sha: sha, merged_by: user } = pullRequest;
  if (merged !== true) return [];
  const node = ref.pullRequest(pullRequest);
  return [
    ...(sha ? [link(node, 'MERGED_AS', ref.commit(sha), time)] : []),
    ...(user ? [link(ref.user(user), 'MERGED', node, time), ...userMutations(user)] : []),
  ];
}
