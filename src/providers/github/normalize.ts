import { readPayload } from '#provider-kit';
import type { Delivery, Mutation, Normalized } from '#provider-kit';
import { eventOf } from './body.ts';
import { checkEvents } from './events/check.ts';
import { codeEvents } from './events/code.ts';
import { deploymentEvents } from './events/deployment.ts';
import { discussionEvents } from './events/discussion.ts';
import type { EventReader, Meaning } from './events/event.ts';
import { issueEvents } from './events/issue.ts';
import { organizationEvents } from './events/organization.ts';
import { pullRequestEvents } from './events/pull-request.ts';
import { releaseEvents } from './events/release.ts';
import { repositoryEvents } from './events/repository.ts';
import { organizationMutations, ownerMutations, repositoryMutations } from './mutations/account.ts';
import { surroundings } from './schema/account.ts';

const readers: ReadonlyMap<string, EventReader> = new Map(
  Object.entries({
    ...codeEvents,
    ...pullRequestEvents,
    ...issueEvents,
    ...repositoryEvents,
    ...releaseEvents,
    ...organizationEvents,
    ...checkEvents,
    ...deploymentEvents,
    ...discussionEvents,
  }),
);

/** An event without a reader says still where it happened and who sent it. */
const nothing: Meaning = { mutations: [] };

export function normalize({ delivery }: { readonly delivery: Delivery }): Normalized {
  if (delivery.eventType === 'ping') return { skipped: 'a ping: the hook works, nothing happened' };
  const payload = eventOf(delivery);
  const { at: eventTime, mutations } = readers.get(delivery.eventType)?.(payload, delivery) ?? nothing;
  return { eventTime, mutations: unique([...mutations, ...besides(payload, mutations)]) };
}

/** Repository, organization and sender, unless the event itself said what became of them. */
function besides(payload: object, said: readonly Mutation[]): Mutation[] {
  const { repository, organization, sender } = readPayload(surroundings, payload);
  const settled = new Set(
    said.flatMap((m) => (m.op === 'upsert-node' || m.op === 'delete-node' ? m.node.key : [])),
  );
  return [
    ...(repository ? repositoryMutations(repository) : []),
    ...(organization ? organizationMutations(organization) : []),
    ...(sender ? ownerMutations(sender) : []),
  ].filter((m) => !('node' in m) || !settled.has(m.node.key));
}

/** The same user is sender, author and assignee: once is enough. */
function unique(mutations: readonly Mutation[]): Mutation[] {
  return [...new Map(mutations.map((mutation) => [JSON.stringify(mutation), mutation])).values()];
}
