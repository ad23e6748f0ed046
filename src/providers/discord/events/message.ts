import { type EventTime, type Mutation, z } from '#provider-kit';
import { link, ref, remove, replaceOut, timeOf, timeOfSnowflake, upsert, upsertUser } from '../graph.ts';
import { integer, lenient, optionalId, readData, snowflake, text, user } from '../schema.ts';
import type { EventReader } from './reader.ts';

const message = z.looseObject({
  id: snowflake,
  channel_id: optionalId,
  guild_id: optionalId,
  lobby_id: optionalId,
  recipient_id: optionalId,
  webhook_id: optionalId,
  type: integer,
  content: text,
  timestamp: text,
  edited_timestamp: text,
  author: lenient(user),
  mentions: lenient(z.array(user)),
  mention_roles: lenient(z.array(snowflake)),
  message_reference: lenient(z.looseObject({ message_id: optionalId })),
});
type Message = z.output<typeof message>;

const deletedMessage = z.looseObject({ id: snowflake });
const deletedMessages = z.looseObject({ ids: z.array(snowflake) });
const reply = 19;

const created: EventReader = (data) => {
  const said = readData(message, data);
  return { at: timeOf(said.timestamp) ?? timeOfSnowflake(said.id), mutations: messageMutations(said) };
};

/** Also sent when Discord itself adds a preview: then the words are still those of the beginning, or of the last edit. */
const updated: EventReader = (data) => {
  const said = readData(message, data);
  return { at: timeOf(said.edited_timestamp ?? said.timestamp), mutations: messageMutations(said) };
};

const deleted: EventReader = (data) => ({
  mutations: [remove(ref.message(readData(deletedMessage, data).id))],
});

const deletedInBulk: EventReader = (data) => ({
  mutations: readData(deletedMessages, data).ids.map((id) => remove(ref.message(id))),
});

function messageMutations(said: Message): Mutation[] {
  const it = ref.message(said.id);
  const { channel_id: channel, lobby_id: lobby, recipient_id: recipient } = said;
  const answered = said.type === reply ? said.message_reference?.message_id : undefined;
  const mentioned = mentionsOf(said);
  return [
    upsert(it, {
      text: plainTextOf(said),
      url: channel && !lobby ? addressOf(said, channel) : undefined,
      created_at: createdAt(said),
      updated_at: timeOf(said.edited_timestamp),
    }),
    ...(channel ? [link(it, 'IN_CHANNEL', ref.channel(channel))] : []),
    ...(lobby ? [upsert(ref.lobby(lobby), {}), link(it, 'IN_LOBBY', ref.lobby(lobby))] : []),
    ...(recipient ? [link(it, 'SENT_TO', ref.user(recipient))] : []),
    ...(answered ? [link(it, 'REPLY_TO', ref.message(answered))] : []),
    ...authorMutations(said),
    ...(mentioned ? [replaceOut(it, 'MENTIONS', mentioned)] : []),
    ...(channel && said.guild_id ? [link(ref.channel(channel), 'IN_GUILD', ref.guild(said.guild_id))] : []),
  ];
}

/** A webhook posts under its own id and any name. */
function authorMutations({ id, author, webhook_id: webhook }: Message): Mutation[] {
  if (webhook) {
    const bot = ref.webhook(webhook);
    return [upsert(bot, { name: author?.username ?? undefined }), link(bot, 'POSTED', ref.message(id))];
  }
  return author ? [upsertUser(author), link(ref.user(author.id), 'POSTED', ref.message(id))] : [];
}

/** Undefined where a part of a message says nothing of them. */
function mentionsOf({ mentions, mention_roles: roles, content }: Message) {
  if (!mentions && !roles) return undefined;
  const channels = [...(content ?? '').matchAll(/<#(\d{1,20})>/g)].map(([, id = '']) => id);
  return [
    ...(mentions ?? []).map(({ id }) => ref.user(id)),
    ...(roles ?? []).map(ref.role),
    ...[...new Set(channels)].map(ref.channel),
  ];
}

function createdAt({ id, timestamp }: Message): EventTime | undefined {
  return timeOf(timestamp) ?? timeOfSnowflake(id);
}

function addressOf({ id, guild_id: guild }: Message, channel: string): string {
  return `https://discord.com/channels/${guild ?? '@me'}/${channel}/${id}`;
}

/** https://docs.discord.com/developers/reference#message-formatting. A channel stays `<#id>`: `#id` would read as an issue. */
function plainTextOf({ content, mentions }: Message): string | undefined {
  const names = new Map((mentions ?? []).map((one) => [one.id, one.global_name ?? one.username ?? one.id]));
  return content
    ?.replace(/<@!?(\d{1,20})>/g, (_, id: string) => `@${names.get(id) ?? id}`)
    .replace(/<@&(\d{1,20})>/g, '@$1')
    .replace(/<a?(:\w{1,64}:)\d{1,20}>/g, '$1');
}

export const messageEvents: Readonly<Record<string, EventReader>> = {
  MESSAGE_CREATE: created,
  MESSAGE_UPDATE: updated,
  MESSAGE_DELETE: deleted,
  MESSAGE_DELETE_BULK: deletedInBulk,
  LOBBY_MESSAGE_CREATE: created,
  LOBBY_MESSAGE_UPDATE: updated,
  LOBBY_MESSAGE_DELETE: deleted,
  GAME_DIRECT_MESSAGE_CREATE: created,
  GAME_DIRECT_MESSAGE_UPDATE: updated,
  GAME_DIRECT_MESSAGE_DELETE: deleted,
};
