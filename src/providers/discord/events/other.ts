import { type Mutation, z } from '#provider-kit';
import { link, ref, upsert, upsertUser } from '../graph.ts';
import { lenient, optionalId, user } from '../schema.ts';
import type { EventReader } from './reader.ts';

const about = z.looseObject({
  guild_id: optionalId,
  channel_id: optionalId,
  message_id: optionalId,
  user_id: optionalId,
  user: lenient(user),
});

/** Whom and what an event without a reader names, under the names that Discord uses everywhere. */
export const touched: EventReader = (data) => {
  const found = about.safeParse(data).data;
  if (found === undefined) return { mutations: [] };
  const { guild_id: guild, channel_id: channel, message_id: message, user_id: id, user: one } = found;
  const mutations: Mutation[] = [];
  if (one) mutations.push(upsertUser(one));
  else if (id) mutations.push(upsertUser({ id }));
  if (message && channel) mutations.push(link(ref.message(message), 'IN_CHANNEL', ref.channel(channel)));
  if (channel && guild) mutations.push(link(ref.channel(channel), 'IN_GUILD', ref.guild(guild)));
  if (guild && !channel) mutations.push(upsert(ref.guild(guild), {}));
  return { mutations };
};
