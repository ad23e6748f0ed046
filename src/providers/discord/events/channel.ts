import { type Mutation, z } from '#provider-kit';
import { link, ref, remove, replaceOut, timeOf, timeOfSnowflake, unlink, upsert } from '../graph.ts';
import { boolean, integer, lenient, optionalId, readData, snowflake, text } from '../schema.ts';
import type { EventReader } from './reader.ts';

/** https://docs.discord.com/developers/resources/channel#channel-object-channel-types */
const kinds: Readonly<Record<number, string>> = {
  0: 'text',
  1: 'dm',
  2: 'voice',
  3: 'group_dm',
  4: 'category',
  5: 'announcement',
  10: 'announcement_thread',
  11: 'public_thread',
  12: 'private_thread',
  13: 'stage',
  14: 'directory',
  15: 'forum',
  16: 'media',
};

export const channel = z.looseObject({
  id: snowflake,
  guild_id: optionalId,
  parent_id: lenient(snowflake.nullable()),
  owner_id: optionalId,
  type: integer,
  name: text,
  topic: text,
  newly_created: boolean,
  thread_metadata: lenient(z.looseObject({ archived: boolean, create_timestamp: text })),
});
type Channel = z.output<typeof channel>;

const gone = z.looseObject({ id: snowflake });
const threadMembers = z.looseObject({
  id: snowflake,
  added_members: lenient(z.array(z.looseObject({ user_id: snowflake }))),
  removed_member_ids: lenient(z.array(snowflake)),
});
const threadMember = z.looseObject({ id: snowflake, user_id: snowflake });
const threadList = z.looseObject({ guild_id: snowflake, threads: z.array(channel) });

/** As of a guild or an event; `topic` and `parent_id` are null where there is none, and absent where they are not told. */
export function channelMutations(one: Channel, guild = one.guild_id): Mutation[] {
  const it = ref.channel(one.id);
  return [
    upsert(it, {
      name: one.name ?? undefined,
      type: kinds[one.type ?? -1],
      topic: one.topic,
      archived: one.thread_metadata?.archived ?? undefined,
      created_at: timeOf(one.thread_metadata?.create_timestamp) ?? timeOfSnowflake(one.id),
    }),
    ...(guild ? [link(it, 'IN_GUILD', ref.guild(guild))] : []),
    ...(one.parent_id === undefined
      ? []
      : [replaceOut(it, 'CHILD_OF', one.parent_id ? [ref.channel(one.parent_id)] : [])]),
    // Of a direct message in a group, `owner_id` is the same thing: who began it.
    ...(one.owner_id ? [link(ref.user(one.owner_id), 'CREATED', it)] : []),
  ];
}

const created: EventReader = (data) => {
  const one = readData(channel, data);
  return { at: timeOfSnowflake(one.id), mutations: channelMutations(one) };
};

/** Also sent when the bot is added to an old thread. */
const threadCreated: EventReader = (data) => {
  const one = readData(channel, data);
  return {
    at: one.newly_created === true ? timeOfSnowflake(one.id) : undefined,
    mutations: channelMutations(one),
  };
};

const updated: EventReader = (data) => ({ mutations: channelMutations(readData(channel, data)) });

const deleted: EventReader = (data) => ({ mutations: [remove(ref.channel(readData(gone, data).id))] });

const membersUpdated: EventReader = (data) => {
  const { id, added_members: added, removed_member_ids: removed } = readData(threadMembers, data);
  const it = ref.channel(id);
  return {
    mutations: [
      ...(added ?? []).map(({ user_id: user }) => link(ref.user(user), 'MEMBER_OF', it)),
      ...(removed ?? []).map((user) => unlink(ref.user(user), 'MEMBER_OF', it)),
    ],
  };
};

/** Of the bot's own user. */
const memberUpdated: EventReader = (data) => {
  const { id, user_id: user } = readData(threadMember, data);
  return { mutations: [link(ref.user(user), 'MEMBER_OF', ref.channel(id))] };
};

const listed: EventReader = (data) => {
  const { guild_id: guild, threads } = readData(threadList, data);
  return { mutations: threads.flatMap((one) => channelMutations(one, guild)) };
};

export const channelEvents: Readonly<Record<string, EventReader>> = {
  CHANNEL_CREATE: created,
  CHANNEL_UPDATE: updated,
  CHANNEL_DELETE: deleted,
  THREAD_CREATE: threadCreated,
  THREAD_UPDATE: updated,
  THREAD_DELETE: deleted,
  THREAD_LIST_SYNC: listed,
  THREAD_MEMBER_UPDATE: memberUpdated,
  THREAD_MEMBERS_UPDATE: membersUpdated,
};
