import { boundedKey, type EventTime, eventTime, type Mutation, mutationsOf } from '#provider-kit';
import { model } from './model.ts';
import type { User } from './schema.ts';

export const { node, upsert, remove, link, unlink, replaceOut } = mutationsOf(model);

/** Keys are made of snowflakes, which are unique in all of Discord; a standard emoji goes by its character. */
export const ref = {
  guild: (id: string) => node('Guild', `discord:guild:${id}`),
  channel: (id: string) => node('Channel', `discord:channel:${id}`),
  user: (id: string) => node('User', `discord:user:${id}`),
  member: (guild: string, user: string) => node('Member', `discord:member:${guild}:${user}`),
  role: (id: string) => node('Role', `discord:role:${id}`),
  webhook: (id: string) => node('Bot', `discord:webhook:${id}`),
  message: (id: string) => node('Message', `discord:message:${id}`),
  lobby: (id: string) => node('Lobby', `discord:lobby:${id}`),
  application: (id: string) => node('Application', `discord:application:${id}`),
  command: (id: string) => node('Command', boundedKey(`discord:command:${id}`)),
  entitlement: (id: string) => node('Entitlement', `discord:entitlement:${id}`),
  reaction: (message: string, emoji: string) =>
    node('Reaction', boundedKey(`discord:reaction:${message}:${emoji}`)),
};

const discordEpochMs = 1420070400000n;

/** When the thing of this id was made: https://docs.discord.com/developers/reference#snowflakes */
export function timeOfSnowflake(id: string): EventTime | undefined {
  return eventTime(Number((BigInt(id) >> 22n) + discordEpochMs));
}

/** Webhook events write their time without a zone; it is UTC. */
export function timeOf(text: string | null | undefined): EventTime | undefined {
  if (!text) return undefined;
  return eventTime(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

/** A user as mentioned; what a mention leaves out is not known to be empty, and an e-mail counts where it is verified. */
export function upsertUser(one: User): Mutation {
  return upsert(ref.user(one.id), {
    provider: 'discord',
    login: one.username ?? undefined,
    name: one.global_name ?? undefined,
    email: one.verified === true ? (one.email ?? undefined) : undefined,
    avatar_url: one.avatar ? `https://cdn.discordapp.com/avatars/${one.id}/${one.avatar}.png` : undefined,
    type: one.username ? (one.bot === true ? 'Bot' : 'User') : undefined,
  });
}
