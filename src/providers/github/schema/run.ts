import { id, z } from '#provider-kit';
import { account, repository } from './account.ts';
import { pullRequests } from './code.ts';
import { count, text, time } from './fields.ts';

const app = z.object({ name: text, slug: text }).nullish();

export const workflowRun = z.object({
  id,
  name: text,
  display_title: text,
  status: text,
  conclusion: text,
  event: text,
  run_number: count,
  run_attempt: count,
  head_branch: text,
  head_sha: text,
  html_url: text,
  created_at: time,
  run_started_at: time,
  updated_at: time,
  actor: account.nullish(),
  check_suite_id: id.nullish(),
  pull_requests: pullRequests,
});

export const workflowJob = z.object({
  id,
  run_id: id,
  name: text,
  status: text,
  conclusion: text,
  html_url: text,
  runner_name: text,
  created_at: time,
  started_at: time,
  completed_at: time,
});

export const checkSuite = z.object({
  id,
  status: text,
  conclusion: text,
  head_branch: text,
  head_sha: text,
  app,
  created_at: time,
  updated_at: time,
  pull_requests: pullRequests,
});
export type CheckSuite = z.output<typeof checkSuite>;

export const checkRun = z.object({
  id,
  name: text,
  status: text,
  conclusion: text,
  head_sha: text,
  html_url: text,
  app,
  started_at: time,
  completed_at: time,
  check_suite: checkSuite.nullish(),
  pull_requests: pullRequests,
});

/** The payload of `status` is the status itself; its commit is as the commits API shows it. */
export const commitStatus = z.object({
  id,
  sha: z.string().min(1),
  context: text,
  state: text,
  description: text,
  target_url: text,
  created_at: time,
  updated_at: time,
  repository,
});

export const deployment = z.object({
  id,
  sha: text,
  ref: text,
  task: text,
  environment: text,
  description: text,
  creator: account.nullish(),
  created_at: time,
  updated_at: time,
});
export type Deployment = z.output<typeof deployment>;

export const deploymentStatus = z.object({
  id,
  state: text,
  description: text,
  environment: text,
  log_url: text,
  target_url: text,
  creator: account.nullish(),
  created_at: time,
  updated_at: time,
});
