import { type Mutation, readPayload } from '#provider-kit';
import { link, ref, timeOfSnowflake, upsert, upsertUser } from '../graph.ts';
import { interaction } from '../schema.ts';

/** Somebody used a command, a component or a modal: https://docs.discord.com/developers/interactions/receiving-and-responding */
export function interactionMeaning(payload: unknown) {
  const given = readPayload(interaction, payload);
  const { guild_id: guild, channel_id: channel, message, member } = given;
  const actor = member?.user ?? given.user;
  const application = ref.application(given.application_id);
  const mutations: Mutation[] = [];
  if (given.type === 2 && given.data?.name) {
    const command = ref.command(given.data.id ?? `${given.application_id}:${given.data.name}`);
    mutations.push(upsert(command, { name: given.data.name }), link(command, 'PART_OF', application));
    if (actor) mutations.push(link(ref.user(actor.id), 'USED', command));
  }
  if (message) {
    if (actor) mutations.push(link(ref.user(actor.id), 'INTERACTED_WITH', ref.message(message.id)));
    if (channel) mutations.push(link(ref.message(message.id), 'IN_CHANNEL', ref.channel(channel)));
  }
  if (actor) mutations.push(upsertUser(actor));
  if (actor && guild) mutations.push(link(ref.user(actor.id), 'MEMBER_OF', ref.guild(guild)));
  if (channel && guild) mutations.push(link(ref.channel(channel), 'IN_GUILD', ref.guild(guild)));
  mutations.push(upsert(application, {}));
  return { eventTime: timeOfSnowflake(given.id), mutations };
}
