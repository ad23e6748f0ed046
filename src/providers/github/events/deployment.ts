import { readPayload, z } from '#provider-kit';
import type { EventTime, Mutation } from '#provider-kit';
import { link, ref, upsert } from '../graph.ts';
import { userMutations } from '../mutations/account.ts';
import { repository } from '../schema/account.ts';
import { deployment, deploymentStatus } from '../schema/run.ts';
import type { Deployment } from '../schema/run.ts';
import { at, moment } from '../time.ts';
import type { EventReader } from './event.ts';

const event = z.object({ deployment, repository });

const readDeployment: EventReader = (payload) => {
  const { deployment, repository } = readPayload(event, payload);
  return {
    at: at(deployment.updated_at, moment.begun),
    mutations: deploymentMutations(deployment, repository),
  };
};

function deploymentMutations(
  deployment: Deployment,
  repository: { readonly id: string },
  time?: EventTime,
): Mutation[] {
  const node = ref.deployment(deployment);
  const { environment, task, description, sha, creator, created_at, updated_at } = deployment;
  return [
    upsert(node, { environment, ref: deployment.ref, task, description, created_at, updated_at }, time),
    link(node, 'PART_OF', ref.repository(repository), time),
    ...(sha ? [link(node, 'DEPLOYS', ref.commit(sha), time)] : []),
    ...(creator ? [link(ref.user(creator), 'CREATED', node, time), ...userMutations(creator)] : []),
  ];
}

const statusEvent = event.extend({ deployment_status: deploymentStatus });

/** A deployment has no state of its own: it is that of its newest status, so it is written at the status's time. */
const readDeploymentStatus: EventReader = (payload) => {
  const { deployment_status: status, deployment, repository } = readPayload(statusEvent, payload);
  const node = ref.deploymentStatus(status);
  const { state, description, environment, creator, created_at, updated_at } = status;
  const url = status.log_url || status.target_url;
  return {
    at: at(updated_at, moment.changed),
    mutations: [
      upsert(node, { state, description, environment, url, created_at, updated_at }),
      link(node, 'PART_OF', ref.deployment(deployment)),
      upsert(ref.deployment(deployment), { state }),
      ...(creator ? [link(ref.user(creator), 'CREATED', node), ...userMutations(creator)] : []),
      ...deploymentMutations(deployment, repository, at(deployment.updated_at, moment.shown)),
    ],
  };
};

export const deploymentEvents: Readonly<Record<string, EventReader>> = {
  deployment: readDeployment,
  deployment_status: readDeploymentStatus,
};
