import { id, z } from '#provider-kit';
import { flag, text, time } from './fields.ts';

/**
 * A person, a bot or an organization: they share one space of ids. Names and mail addresses are left out: a push writes
 * the login as the name, and most events write neither.
 */
export const account = z.object({
  id,
  login: text,
  type: text,
  html_url: text,
  avatar_url: text,
});
export type Account = z.output<typeof account>;

export const organization = z.object({
  id,
  login: text,
  name: text,
  description: text,
  html_url: text,
  avatar_url: text,
});
export type Organization = z.output<typeof organization>;

const teamFields = {
  id,
  name: text,
  slug: text,
  description: text,
  privacy: text,
  html_url: text,
  deleted: flag,
};
export const team = z.object({ ...teamFields, parent: z.object(teamFields).nullish() });
export type Team = z.output<typeof team>;

export const repository = z.object({
  id,
  name: text,
  full_name: text,
  owner: account.nullish(),
  description: text,
  html_url: text,
  private: flag,
  visibility: text,
  fork: flag,
  archived: flag,
  default_branch: text,
  language: text,
  topics: z.array(z.string()).nullish(),
  created_at: time,
  updated_at: time,
  pushed_at: time,
});
export type Repository = z.output<typeof repository>;

/** What stands beside the subject of nearly every event. */
export const surroundings = z.object({
  action: text,
  repository: repository.nullish(),
  organization: organization.nullish(),
  sender: account.nullish(),
});
export type Surroundings = z.output<typeof surroundings>;

/** The id of a thing that is not shown. */
export const reference = z.object({ id });
