import { z } from '#provider-kit';
import { link, ref, remove, replaceOut, unlink, upsert, upsertUser } from '../graph.ts';
import { optionalId, readData, snowflake, text } from '../schema.ts';
import type { EventReader } from './reader.ts';

const emoji = z.looseObject({ id: optionalId, name: text });
const everyReaction = z.looseObject({ message_id: snowflake, channel_id: snowflake });
const everyOfEmoji = everyReaction.extend({ emoji });
const reaction = everyOfEmoji.extend({ user_id: snowflake });

/** A standard emoji has no id and is its own name. */
function reactionOf(message: string, { id, name }: z.output<typeof emoji>) {
  return ref.reaction(message, id ?? name ?? '-');
}

const added: EventReader = (data) => {
  const { message_id: message, channel_id: channel, user_id: user, emoji: given } = readData(reaction, data);
  const it = reactionOf(message, given);
  return {
    mutations: [
      upsert(it, { name: given.name ?? undefined }),
      link(ref.message(message), 'HAS_REACTION', it),
      upsertUser({ id: user }),
      link(ref.user(user), 'REACTED', it),
      link(ref.message(message), 'IN_CHANNEL', ref.channel(channel)),
    ],
  };
};

const removed: EventReader = (data) => {
  const { message_id: message, user_id: user, emoji: given } = readData(reaction, data);
  return { mutations: [unlink(ref.user(user), 'REACTED', reactionOf(message, given))] };
};

const allRemoved: EventReader = (data) => {
  const { message_id: message } = readData(everyReaction, data);
  return { mutations: [replaceOut(ref.message(message), 'HAS_REACTION', [])] };
};

const emojiRemoved: EventReader = (data) => {
  const { message_id: message, emoji: given } = readData(everyOfEmoji, data);
  return { mutations: [remove(reactionOf(message, given))] };
};

export const reactionEvents: Readonly<Record<string, EventReader>> = {
  MESSAGE_REACTION_ADD: added,
  MESSAGE_REACTION_REMOVE: removed,
  MESSAGE_REACTION_REMOVE_ALL: allRemoved,
  MESSAGE_REACTION_REMOVE_EMOJI: emojiRemoved,
};
