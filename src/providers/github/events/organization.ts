import { readPayload, z } from '#provider-kit';
import type { Mutation } from '#provider-kit';
import { link, ref, remove, unlink } from '../graph.ts';
import {
  organizationMutations,
  repositoryMutations,
  teamMutations,
  userMutations,
} from '../mutations/account.ts';
import { account, organization, repository, team } from '../schema/account.ts';
import type { EventReader } from './event.ts';

/** None of these payloads has a time, so the time of receipt counts for all of them. */
const event = z.object({ action: z.string(), organization });

const organizationEvent = event.extend({
  membership: z.object({ user: account.nullish() }).nullish(),
  /** The person who was invited; missing where the invitation went to a mail address. */
  user: account.nullish(),
});

const readOrganization: EventReader = (payload) => {
  const { action, organization, membership, user: invited } = readPayload(organizationEvent, payload);
  const node = ref.organization(organization);
  if (action === 'deleted') return { mutations: [remove(node)] };
  const user = membership?.user ?? invited;
  return {
    mutations: [
      ...organizationMutations(organization),
      ...(user ? [...memberMutations(action, ref.user(user), node), ...userMutations(user)] : []),
    ],
  };
};

function memberMutations(
  action: string,
  user: ReturnType<typeof ref.user>,
  organization: ReturnType<typeof ref.organization>,
): Mutation[] {
  if (action === 'member_invited') return [link(user, 'INVITED_TO', organization)];
  const accepted = unlink(user, 'INVITED_TO', organization);
  if (action === 'member_added') return [link(user, 'MEMBER_OF', organization), accepted];
  if (action === 'member_removed') return [unlink(user, 'MEMBER_OF', organization), accepted];
  return [];
}

const teamEvent = z.object({
  action: z.string().nullish(),
  team,
  organization: organization.nullish(),
  repository: repository.nullish(),
});

/** Also `team_add`, which is the older name of `added_to_repository`. */
const readTeam: EventReader = (payload) => {
  const { action, team, organization, repository } = readPayload(teamEvent, payload);
  const node = ref.team(team);
  if (action === 'deleted') return { mutations: [remove(node)] };
  const change = action === 'removed_from_repository' ? unlink : link;
  return {
    mutations: [
      ...teamMutations(team, organization),
      ...(repository
        ? [change(node, 'COLLABORATES_ON', ref.repository(repository)), ...repositoryMutations(repository)]
        : []),
    ],
  };
};

const membershipEvent = event.extend({ member: account.nullish(), team });

/** A team that was deleted takes leave of its members one by one. */
const readMembership: EventReader = (payload) => {
  const { action, member, team, organization } = readPayload(membershipEvent, payload);
  const change = action === 'removed' ? unlink : link;
  return {
    mutations: [
      ...(member ? [change(ref.user(member), 'MEMBER_OF', ref.team(team)), ...userMutations(member)] : []),
      ...(team.deleted ? [] : teamMutations(team, organization)),
    ],
  };
};

export const organizationEvents: Readonly<Record<string, EventReader>> = {
  organization: readOrganization,
  team: readTeam,
  team_add: readTeam,
  membership: readMembership,
};
