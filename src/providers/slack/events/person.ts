import { type Mutation, z } from '#provider-kit';
import { knownUser, link, organization, ref, replaceIn, unlink, upsert } from '../graph.ts';
import { boolean, type Envelope, ids, lenient, optionalId, readEvent, slackId, text } from '../schema.ts';
import { channelKind } from './channel-kind.ts';
import type { EventReader } from './reader.ts';

const user = z.looseObject({
  id: slackId,
  team_id: optionalId,
  name: text,
  real_name: text,
  deleted: boolean,
  is_bot: boolean,
  is_email_confirmed: boolean,
  profile: lenient(z.looseObject({ real_name: text, email: text, image_512: text, image_192: text })),
  enterprise_user: lenient(z.looseObject({ enterprise_id: optionalId, teams: ids })),
});
const described = z.looseObject({ user });
const membership = z.looseObject({
  user: slackId,
  channel: slackId,
  channel_type: channelKind,
});

const usergroup = z.looseObject({
  id: slackId,
  team_id: optionalId,
  name: text,
  handle: text,
  description: text,
  date_delete: lenient(z.number()),
  created_by: optionalId,
  users: ids,
});
const describedGroup = z.looseObject({ subteam: usergroup });
const changedGroup = z.looseObject({ subteam_id: slackId, added_users: ids, removed_users: ids });
const ownGroup = z.looseObject({ subteam_id: slackId });

/** `email` needs a scope of its own; what an app may not see is not known to be empty. An unconfirmed one proves nothing. */
const told: EventReader = (event, envelope) => {
  const { user: one } = readEvent(described, event);
  return [
    upsert(ref.user(one.id), {
      provider: 'slack',
      login: one.name || undefined,
      name: one.real_name || one.profile?.real_name || undefined,
      email: one.is_email_confirmed === false ? undefined : one.profile?.email || undefined,
      avatar_url: one.profile?.image_512 || one.profile?.image_192 || undefined,
      type: typeof one.is_bot === 'boolean' ? (one.is_bot ? 'Bot' : 'User') : undefined,
      active: typeof one.deleted === 'boolean' ? !one.deleted : undefined,
    }),
    ...homes(one, envelope),
  ];
};

/** A deactivated user keeps a name and a history, and belongs nowhere any more. */
function homes(one: z.output<typeof user>, { team_id: team }: Envelope): Mutation[] {
  const { enterprise_id: enterprise, teams } = one.enterprise_user ?? {};
  const all = new Set([one.team_id ?? team, enterprise, ...(teams ?? [])].flatMap((id) => id ?? []));
  const change = one.deleted === true ? unlink : link;
  return [...all].map((id) => change(ref.user(one.id), 'MEMBER_OF', organization(id)));
}

const joined: EventReader = (event) => {
  const { user: who, channel, channel_type: type } = readEvent(membership, event);
  return [
    knownUser(who),
    link(ref.user(who), 'MEMBER_OF', ref.channel(channel)),
    upsert(ref.channel(channel), { type }),
  ];
};

const left: EventReader = (event) => {
  const { user: who, channel } = readEvent(membership, event);
  return [knownUser(who), unlink(ref.user(who), 'MEMBER_OF', ref.channel(channel))];
};

const groupTold: EventReader = (event, envelope) => {
  const { subteam: one } = readEvent(describedGroup, event);
  const it = ref.usergroup(one.id);
  const team = one.team_id ?? envelope.team_id;
  return [
    upsert(it, {
      name: one.name ?? undefined,
      handle: one.handle ?? undefined,
      description: one.description ?? undefined,
      active: typeof one.date_delete === 'number' ? one.date_delete === 0 : undefined,
    }),
    ...(team?.startsWith('T') ? [link(it, 'IN_WORKSPACE', ref.workspace(team))] : []),
    ...(one.created_by ? [link(ref.user(one.created_by), 'CREATED', it)] : []),
    ...(one.users ? [replaceIn(it, 'MEMBER_OF', one.users.map(ref.user))] : []),
  ];
};

const groupChanged: EventReader = (event) => {
  const { subteam_id: id, added_users: added, removed_users: removed } = readEvent(changedGroup, event);
  const it = ref.usergroup(id);
  return [
    ...(added ?? []).map((one) => link(ref.user(one), 'MEMBER_OF', it)),
    ...(removed ?? []).map((one) => unlink(ref.user(one), 'MEMBER_OF', it)),
  ];
};

/** "Self" is whom the app acts for. */
function selfChanged(change: typeof link): EventReader {
  return (event, { authorizations }) => {
    const it = ref.usergroup(readEvent(ownGroup, event).subteam_id);
    const selves = (authorizations ?? []).flatMap(({ user_id: self }) => self ?? []);
    return selves.map((self) => change(ref.user(self), 'MEMBER_OF', it));
  };
}

export const personEvents: Readonly<Record<string, EventReader>> = {
  team_join: told,
  user_change: told,
  user_profile_changed: told,
  user_status_changed: told,
  user_huddle_changed: told,
  member_joined_channel: joined,
  member_left_channel: left,
  'message.channel_join': joined,
  'message.channel_leave': left,
  'message.group_join': joined,
  'message.group_leave': left,
  subteam_created: groupTold,
  subteam_updated: groupTold,
  subteam_members_changed: groupChanged,
  subteam_self_added: selfChanged(link),
  subteam_self_removed: selfChanged(unlink),
};
