import { boundedKey, mutationsOf } from '#provider-kit';
import { model } from './model.ts';

export const { node, upsert, remove, link, unlink, replaceOut } = mutationsOf(model);

interface HasId {
  readonly id: string;
}

/**
 * Keys are made of GitHub's numeric ids, which outlive every rename. Only what has no id goes by name: a branch and a
 * tag, within their repository, and a commit by its hash, which is the same in every fork.
 */
export const ref = {
  repository: ({ id }: HasId) => node('Repository', `github:repository:${id}`),
  organization: ({ id }: HasId) => node('Organization', `github:organization:${id}`),
  user: ({ id }: HasId) => node('User', `github:user:${id}`),
  team: ({ id }: HasId) => node('Team', `github:team:${id}`),
  pullRequest: ({ id }: HasId) => node('PullRequest', `github:pull_request:${id}`),
  review: ({ id }: HasId) => node('Review', `github:review:${id}`),
  reviewComment: ({ id }: HasId) => node('ReviewComment', `github:review_comment:${id}`),
  issue: ({ id }: HasId) => node('Issue', `github:issue:${id}`),
  issueComment: ({ id }: HasId) => node('Comment', `github:issue_comment:${id}`),
  commitComment: ({ id }: HasId) => node('Comment', `github:commit_comment:${id}`),
  discussionComment: ({ id }: HasId) => node('Comment', `github:discussion_comment:${id}`),
  discussion: ({ id }: HasId) => node('Discussion', `github:discussion:${id}`),
  label: ({ id }: HasId) => node('Label', `github:label:${id}`),
  milestone: ({ id }: HasId) => node('Milestone', `github:milestone:${id}`),
  release: ({ id }: HasId) => node('Release', `github:release:${id}`),
  workflowRun: ({ id }: HasId) => node('WorkflowRun', `github:workflow_run:${id}`),
  workflowJob: ({ id }: HasId) => node('WorkflowJob', `github:workflow_job:${id}`),
  checkSuite: ({ id }: HasId) => node('CheckSuite', `github:check_suite:${id}`),
  checkRun: ({ id }: HasId) => node('CheckRun', `github:check_run:${id}`),
  commitStatus: ({ id }: HasId) => node('CommitStatus', `github:status:${id}`),
  deployment: ({ id }: HasId) => node('Deployment', `github:deployment:${id}`),
  deploymentStatus: ({ id }: HasId) => node('DeploymentStatus', `github:deployment_status:${id}`),
  commit: (sha: string) => node('Commit', `github:commit:${sha}`),
  branch: (repository: HasId, name: string) =>
    node('Branch', boundedKey(`github:branch:${repository.id}:${name}`)),
  tag: (repository: HasId, name: string) => node('Tag', boundedKey(`github:tag:${repository.id}:${name}`)),
};
