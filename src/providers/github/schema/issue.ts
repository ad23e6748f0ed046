import { id, z } from '#provider-kit';
import { account, repository, team } from './account.ts';
import { count, flag, listOf, text, time } from './fields.ts';

export const label = z.object({ id, name: text, color: text, description: text });
export type Label = z.output<typeof label>;

export const milestone = z.object({
  id,
  number: count,
  title: text,
  description: text,
  state: text,
  html_url: text,
  creator: account.nullish(),
  created_at: time,
  updated_at: time,
  closed_at: time,
  due_on: time,
});
export type Milestone = z.output<typeof milestone>;

/** What an issue and a pull request have in common. */
const item = {
  id,
  number: z.number().int(),
  title: text,
  body: text,
  state: text,
  locked: flag,
  html_url: text,
  user: account.nullish(),
  assignees: listOf(account),
  labels: z.array(label).nullish(),
  milestone: milestone.nullish(),
  created_at: time,
  updated_at: time,
  closed_at: time,
};

export const issue = z.object({
  ...item,
  node_id: text,
  state_reason: text,
  type: z.object({ name: text }).nullish(),
  /** Present where the issue is the conversation of a pull request. */
  pull_request: z.object({}).nullish(),
});
export type Issue = z.output<typeof issue>;

/** One end of a pull request; the repository is null once the fork was deleted. */
const side = z.object({ ref: text, sha: text, repo: repository.nullish() });

export const pullRequest = z.object({
  ...item,
  draft: flag,
  merged: flag,
  merged_at: time,
  merged_by: account.nullish(),
  merge_commit_sha: text,
  /** Some schemas of GitHub's list teams here too: they have a slug, and their ids are those of no account. */
  requested_reviewers: listOf(account.extend({ slug: text })),
  requested_teams: z.array(team).nullish(),
  head: side.nullish(),
  base: side.nullish(),
  commits: count,
  additions: count,
  deletions: count,
  changed_files: count,
});
export type PullRequest = z.output<typeof pullRequest>;

export const comment = z.object({
  id,
  body: text,
  html_url: text,
  user: account.nullish(),
  created_at: time,
  updated_at: time,
});
export type Comment = z.output<typeof comment>;
