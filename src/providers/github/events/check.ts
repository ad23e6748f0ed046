import { readPayload, z } from '#provider-kit';
import type { EventTime, Mutation, NodeRef } from '#provider-kit';
import { link, ref, upsert } from '../graph.ts';
import { userMutations } from '../mutations/account.ts';
import { repository } from '../schema/account.ts';
import { checkRun, checkSuite, commitStatus, workflowJob, workflowRun } from '../schema/run.ts';
import type { CheckSuite } from '../schema/run.ts';
import { at, latest, moment, momentOf } from '../time.ts';
import type { EventReader } from './event.ts';

const event = z.object({ action: z.string(), repository });
type Repository = z.output<typeof repository>;

const readWorkflowRun: EventReader = (payload) => {
  const {
    action,
    workflow_run: run,
    repository,
  } = readPayload(event.extend({ workflow_run: workflowRun }), payload);
  const node = ref.workflowRun(run);
  const { name, display_title: title, status, conclusion, event: trigger, html_url: url, actor } = run;
  const { run_number, run_attempt, head_branch, created_at, run_started_at, updated_at } = run;
  const shown = {
    name,
    title,
    status,
    conclusion,
    event: trigger,
    url,
    run_number,
    run_attempt,
    head_branch,
  };
  return {
    at: at(run.updated_at, momentOf(action)),
    mutations: [
      upsert(node, { ...shown, created_at, started_at: run_started_at, updated_at }),
      link(node, 'PART_OF', ref.repository(repository)),
      ...runFor(node, run),
      ...(actor ? [link(ref.user(actor), 'TRIGGERED', node), ...userMutations(actor)] : []),
    ],
  };
};

/**
 * A job has no `updated_at`: it is as old as the newest step of its life. One that never ran completes before it starts.
 */
const readWorkflowJob: EventReader = (payload) => {
  const { action, workflow_job: job } = readPayload(event.extend({ workflow_job: workflowJob }), payload);
  const node = ref.workflowJob(job);
  const { name, status, conclusion, html_url: url, runner_name, started_at, completed_at } = job;
  return {
    at: at(latest(completed_at, started_at, job.created_at), momentOf(action)),
    mutations: [
      upsert(node, { name, status, conclusion, url, runner_name, started_at, completed_at }),
      link(node, 'PART_OF', ref.workflowRun({ id: job.run_id })),
    ],
  };
};

const readCheckSuite: EventReader = (payload) => {
  const {
    action,
    check_suite: suite,
    repository,
  } = readPayload(event.extend({ check_suite: checkSuite }), payload);
  return {
    at: at(suite.updated_at, momentOf(action)),
    mutations: checkSuiteMutations(suite, repository),
  };
};

function checkSuiteMutations(suite: CheckSuite, repository: Repository, time?: EventTime): Mutation[] {
  const node = ref.checkSuite(suite);
  const { status, conclusion, head_branch, app, created_at, updated_at } = suite;
  return [
    upsert(node, { status, conclusion, head_branch, app: app?.name, created_at, updated_at }, time),
    link(node, 'PART_OF', ref.repository(repository), time),
    ...runFor(node, suite, time),
  ];
}

const readCheckRun: EventReader = (payload) => {
  const { action, check_run: run, repository } = readPayload(event.extend({ check_run: checkRun }), payload);
  const node = ref.checkRun(run);
  const { name, status, conclusion, html_url: url, app, started_at, completed_at, check_suite: suite } = run;
  return {
    at: at(latest(completed_at, started_at), momentOf(action)),
    mutations: [
      upsert(node, { name, status, conclusion, url, app: app?.name, started_at, completed_at }),
      ...runFor(node, run),
      ...(suite
        ? [
            link(node, 'PART_OF', ref.checkSuite(suite)),
            ...checkSuiteMutations(suite, repository, at(suite.updated_at, moment.shown)),
          ]
        : []),
    ],
  };
};

/** The commit and the pull requests that something ran for. */
function runFor(
  node: NodeRef<'WorkflowRun'> | NodeRef<'CheckSuite'> | NodeRef<'CheckRun'>,
  run: Pick<CheckSuite, 'head_sha' | 'pull_requests'>,
  time?: EventTime,
): Mutation[] {
  return [
    ...(run.head_sha ? [link(node, 'RUN_FOR', ref.commit(run.head_sha), time)] : []),
    ...(run.pull_requests ?? []).map((shown) => link(node, 'RUN_FOR', ref.pullRequest(shown), time)),
  ];
}

/** Each report is a status of its own: the newest of a context is the one that counts. */
const readStatus: EventReader = (payload) => {
  const status = readPayload(commitStatus, payload);
  const node = ref.commitStatus(status);
  const { context, state, description, target_url: url, created_at, updated_at } = status;
  return {
    at: at(updated_at, moment.changed),
    mutations: [
      upsert(node, { context, state, description, url, created_at, updated_at }),
      link(node, 'RUN_FOR', ref.commit(status.sha)),
    ],
  };
};

export const checkEvents: Readonly<Record<string, EventReader>> = {
  workflow_run: readWorkflowRun,
  workflow_job: readWorkflowJob,
  check_suite: readCheckSuite,
  check_run: readCheckRun,
  status: readStatus,
};
