import { id, z } from '#provider-kit';
import { account, reference, repository } from './account.ts';
import { flag, listOf, text, time } from './fields.ts';

const person = z.object({ name: text, email: text, username: text }).nullish();

/** As pushes and runs show it: the author has no id. */
export const commit = z.object({
  id: z.string().min(1),
  message: text,
  timestamp: time,
  url: text,
  author: person,
});
export type Commit = z.output<typeof commit>;

export const push = z.object({
  ref: z.string().min(1),
  after: text,
  deleted: flag,
  commits: z.array(commit).nullish(),
  head_commit: commit.nullish(),
  repository,
  sender: account.nullish(),
});

export const refChange = z.object({ ref: z.string().min(1), ref_type: z.string(), repository });

export const release = z.object({
  id,
  name: text,
  tag_name: text,
  body: text,
  draft: flag,
  prerelease: flag,
  html_url: text,
  author: account.nullish(),
  created_at: time,
  published_at: time,
  updated_at: time,
});

/** The pull requests that a run belongs to, as runs mention them. */
export const pullRequests = listOf(reference);
