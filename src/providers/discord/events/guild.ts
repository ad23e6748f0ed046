import { type Mutation, z } from '#provider-kit';
import {
  link,
  ref,
  remove,
  replaceOut,
  timeOf,
  timeOfSnowflake,
  unlink,
  upsert,
  upsertUser,
} from '../graph.ts';
import { boolean, integer, lenient, optionalId, readData, snowflake, text, user } from '../schema.ts';
import { channel, channelMutations } from './channel.ts';
import type { EventReader } from './reader.ts';

const role = z.looseObject({ id: snowflake, name: text, color: integer, position: integer });
const member = z.looseObject({
  user,
  nick: text,
  joined_at: text,
  roles: lenient(z.array(snowflake)),
});
const guild = z.looseObject({
  id: snowflake,
  name: text,
  description: text,
  owner_id: optionalId,
  unavailable: boolean,
  channels: lenient(z.array(channel)),
  threads: lenient(z.array(channel)),
  roles: lenient(z.array(role)),
  members: lenient(z.array(member)),
});
const guildMember = member.extend({ guild_id: snowflake });
const guildUser = z.looseObject({ guild_id: snowflake, user });
const guildRole = z.looseObject({ guild_id: snowflake, role });
const deletedRole = z.looseObject({ guild_id: snowflake, role_id: snowflake });

/** A guild with all that a bot is told of it when it connects; in an outage that is its id only. */
export function guildMutations(data: unknown): Mutation[] {
  const one = readData(guild, data);
  const it = ref.guild(one.id);
  return [
    upsert(it, {
      name: one.name ?? undefined,
      description: one.description,
      created_at: timeOfSnowflake(one.id),
    }),
    ...(one.owner_id ? [replaceOut(it, 'OWNED_BY', [ref.user(one.owner_id)])] : []),
    ...[...(one.channels ?? []), ...(one.threads ?? [])].flatMap((each) => channelMutations(each, one.id)),
    ...(one.roles ?? []).flatMap((each) => roleMutations(one.id, each)),
    ...(one.members ?? []).flatMap((each) => memberMutations(one.id, each)),
  ];
}

const told: EventReader = (data) => ({ mutations: guildMutations(data) });

const joined: EventReader = (data) => {
  const { id, unavailable } = readData(guild, data);
  if (unavailable === true) return told(data);
  return { mutations: [...guildMutations(data), upsert(ref.guild(id), { joined: true })] };
};

/** Sent in an outage, and when the bot is removed; of a guild's own end nobody tells. */
const left: EventReader = (data) => {
  const { id, unavailable } = readData(guild, data);
  return { mutations: [upsert(ref.guild(id), unavailable === true ? {} : { joined: false })] };
};

function memberMutations(guildId: string, one: z.output<typeof member>): Mutation[] {
  const it = ref.member(guildId, one.user.id);
  return [
    upsert(it, { nick: one.nick, joined_at: timeOf(one.joined_at) }),
    upsertUser(one.user),
    link(it, 'IS_USER', ref.user(one.user.id)),
    link(it, 'IN_GUILD', ref.guild(guildId)),
    link(ref.user(one.user.id), 'MEMBER_OF', ref.guild(guildId)),
    ...(one.roles ? [replaceOut(it, 'HAS_ROLE', one.roles.map(ref.role))] : []),
  ];
}

const memberAdded: EventReader = (data) => {
  const one = readData(guildMember, data);
  return { at: timeOf(one.joined_at), mutations: memberMutations(one.guild_id, one) };
};

const memberUpdated: EventReader = (data) => {
  const one = readData(guildMember, data);
  return { mutations: memberMutations(one.guild_id, one) };
};

const memberRemoved: EventReader = (data) => {
  const { guild_id: id, user: one } = readData(guildUser, data);
  return {
    mutations: [
      remove(ref.member(id, one.id)),
      upsertUser(one),
      unlink(ref.user(one.id), 'MEMBER_OF', ref.guild(id)),
    ],
  };
};

function banned(change: typeof link): EventReader {
  return (data) => {
    const { guild_id: id, user: one } = readData(guildUser, data);
    return { mutations: [upsertUser(one), change(ref.user(one.id), 'BANNED_FROM', ref.guild(id))] };
  };
}

function roleMutations(guildId: string, one: z.output<typeof role>): Mutation[] {
  return [
    upsert(ref.role(one.id), {
      name: one.name ?? undefined,
      color: one.color ?? undefined,
      position: one.position ?? undefined,
    }),
    link(ref.role(one.id), 'PART_OF', ref.guild(guildId)),
  ];
}

const roleCreated: EventReader = (data) => {
  const { guild_id: id, role: one } = readData(guildRole, data);
  return { at: timeOfSnowflake(one.id), mutations: roleMutations(id, one) };
};

const roleUpdated: EventReader = (data) => {
  const { guild_id: id, role: one } = readData(guildRole, data);
  return { mutations: roleMutations(id, one) };
};

const roleDeleted: EventReader = (data) => ({
  mutations: [remove(ref.role(readData(deletedRole, data).role_id))],
});

export const guildEvents: Readonly<Record<string, EventReader>> = {
  GUILD_CREATE: joined,
  GUILD_UPDATE: told,
  GUILD_DELETE: left,
  GUILD_MEMBER_ADD: memberAdded,
  GUILD_MEMBER_UPDATE: memberUpdated,
  GUILD_MEMBER_REMOVE: memberRemoved,
  GUILD_BAN_ADD: banned(link),
  GUILD_BAN_REMOVE: banned(unlink),
  GUILD_ROLE_CREATE: roleCreated,
  GUILD_ROLE_UPDATE: roleUpdated,
  GUILD_ROLE_DELETE: roleDeleted,
};
