import { z } from '#provider-kit';
import { knownUser, link, ref, remove, timeOfSeconds, unlink, upsert } from '../graph.ts';
import { boolean, type Envelope, optionalId, readEvent, seconds, slackId, text } from '../schema.ts';
import { channelKind } from './channel-kind.ts';
import type { EventReader } from './reader.ts';

const description = z.looseObject({
  id: slackId,
  name: text,
  created: seconds,
  creator: optionalId,
  is_private: boolean,
  is_archived: boolean,
  is_ext_shared: boolean,
  is_im: boolean,
  is_mpim: boolean,
});
const described = z.looseObject({ channel: description, user: optionalId });
const named = z.looseObject({ channel: slackId });
const noticed = z.looseObject({ channel: slackId, channel_type: channelKind, name: text });
const connected = z.looseObject({ channel: slackId, connected_team_id: slackId });
const disconnected = z.looseObject({
  channel: slackId,
  previously_connected_team_id: slackId,
  is_ext_shared: boolean,
});
const renumbered = z.looseObject({ old_channel_id: slackId, new_channel_id: slackId });

/** channel_created, *_rename, im_created and the invitations to share a channel describe it. */
const told: EventReader = (event) => {
  const { channel } = readEvent(described, event);
  const it = ref.channel(channel.id);
  return [
    upsert(it, {
      name: channel.name ?? undefined,
      type: kindOf(channel),
      archived: channel.is_archived ?? undefined,
      shared: channel.is_ext_shared ?? undefined,
      created_at: timeOfSeconds(channel.created),
    }),
    ...(channel.creator ? [knownUser(channel.creator), link(ref.user(channel.creator), 'CREATED', it)] : []),
  ];
};

const directMessageOpened: EventReader = (event) => {
  const { channel, user } = readEvent(described, event);
  const it = ref.channel(channel.id);
  return [
    upsert(it, { type: 'im' }),
    ...(user ? [knownUser(user), link(ref.user(user), 'MEMBER_OF', it)] : []),
  ];
};

function archiving(archived: boolean): EventReader {
  return (event) => [upsert(ref.channel(readEvent(named, event).channel), { archived })];
}

const deleted: EventReader = (event) => [remove(ref.channel(readEvent(named, event).channel))];

/** The one who left is whom the app acts for, not `actor_id`, who may have removed them. */
const left: EventReader = (event, { authorizations }) => {
  const channel = ref.channel(readEvent(named, event).channel);
  return usersOf(authorizations).map((user) => unlink(ref.user(user), 'MEMBER_OF', channel));
};

const shared: EventReader = (event) => {
  const { channel, connected_team_id: team } = readEvent(connected, event);
  const it = ref.channel(channel);
  return [upsert(it, { shared: true }), link(it, 'SHARED_WITH', ref.workspace(team))];
};

const unshared: EventReader = (event) => {
  const { channel, previously_connected_team_id: team, is_ext_shared } = readEvent(disconnected, event);
  const it = ref.channel(channel);
  return [upsert(it, { shared: is_ext_shared ?? undefined }), unlink(it, 'SHARED_WITH', ref.workspace(team))];
};

const becameAnother: EventReader = (event) => {
  const { old_channel_id: from, new_channel_id: to } = readEvent(renumbered, event);
  return [upsert(ref.channel(to), {}), link(ref.channel(from), 'BECAME', ref.channel(to))];
};

const renamedByNotice: EventReader = (event) => {
  const { channel, name } = readEvent(noticed, event);
  return [upsert(ref.channel(channel), { name: name ?? undefined })];
};

/** An empty text takes the topic away. */
const topicSet: EventReader = (event) => {
  const { channel, topic } = readEvent(named.extend({ topic: z.string() }), event);
  return [upsert(ref.channel(channel), { topic: topic || null })];
};

const purposeSet: EventReader = (event) => {
  const { channel, purpose } = readEvent(named.extend({ purpose: z.string() }), event);
  return [upsert(ref.channel(channel), { purpose: purpose || null })];
};

const mentioned: EventReader = (event) => {
  const { channel, channel_type: type } = readEvent(noticed, event);
  return [upsert(ref.channel(channel), { type })];
};

function kindOf({ is_im: im, is_mpim: mpim, is_private: hidden }: z.output<typeof description>) {
  if (im === true) return 'im';
  if (mpim === true) return 'mpim';
  return typeof hidden === 'boolean' ? (hidden ? 'group' : 'channel') : undefined;
}

function usersOf(authorizations: Envelope['authorizations']): string[] {
  return (authorizations ?? []).flatMap(({ user_id: user }) => user ?? []);
}

/** A private channel is a group in Slack's events, and says of itself what a public one does. */
const both = { archive: archiving(true), unarchive: archiving(false), rename: told, deleted, left };
const notices = {
  archive: archiving(true),
  unarchive: archiving(false),
  name: renamedByNotice,
  topic: topicSet,
  purpose: purposeSet,
  posting_permissions: mentioned,
};

export const channelEvents: Readonly<Record<string, EventReader>> = {
  channel_created: told,
  channel_shared: shared,
  channel_unshared: unshared,
  channel_id_changed: becameAnother,
  im_created: directMessageOpened,
  shared_channel_invite_accepted: told,
  shared_channel_invite_approved: told,
  shared_channel_invite_declined: told,
  shared_channel_invite_received: told,
  ...prefixed(['channel_', 'group_'], both),
  ...prefixed(['message.channel_', 'message.group_'], notices),
};

function prefixed(prefixes: readonly string[], readers: Readonly<Record<string, EventReader>>) {
  const entries = Object.entries(readers);
  return Object.fromEntries(
    prefixes.flatMap((prefix) => entries.map(([name, reader]) => [`${prefix}${name}`, reader] as const)),
  );
}
