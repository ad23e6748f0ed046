import { type Mutation, z } from '#provider-kit';
import { knownUser, link, ref, remove, unlink, upsert } from '../graph.ts';
import { lenient, optionalId, readEvent, slackId, text, timestamp } from '../schema.ts';
import type { EventReader } from './reader.ts';

const name = z.string().min(1).max(200);
const reaction = z.looseObject({
  user: slackId,
  reaction: name,
  item: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('message'), channel: slackId, ts: timestamp }),
    z.looseObject({ type: z.literal('file'), file: slackId }),
    z.looseObject({ type: z.literal('file_comment'), file: slackId }),
  ]),
});

const pin = z.looseObject({
  channel_id: slackId,
  user: optionalId,
  item: z.looseObject({
    message: lenient(z.looseObject({ ts: timestamp, permalink: text })),
    file: lenient(z.looseObject({ id: slackId })),
  }),
});

/** Comments on files are no more; an old one's reactions count for its file. */
function reacted(event: unknown) {
  const { user, reaction: emoji, item } = readEvent(reaction, event);
  const [key, target] =
    item.type === 'message'
      ? [`${item.channel}:${item.ts}`, ref.message(item.channel, item.ts)]
      : [item.file, ref.file(item.file)];
  return { user, emoji, item, target, it: ref.reaction(key, user, emoji) };
}

const reactionAdded: EventReader = (event) => {
  const { user, emoji, item, target, it } = reacted(event);
  return [
    upsert(it, { name: emoji }),
    link(target, 'HAS_REACTION', it),
    knownUser(user),
    link(ref.user(user), 'REACTED', it),
    ...(item.type === 'message'
      ? [link(ref.message(item.channel, item.ts), 'IN_CHANNEL', ref.channel(item.channel))]
      : []),
  ];
};

const reactionRemoved: EventReader = (event) => [remove(reacted(event).it)];

const pinned: EventReader = (event) => {
  const { channel_id: id, item, user } = readEvent(pin, event);
  const channel = ref.channel(id);
  const mutations: Mutation[] = [];
  if (item.message) {
    const message = ref.message(id, item.message.ts);
    mutations.push(
      upsert(message, { url: item.message.permalink ?? undefined }),
      link(message, 'IN_CHANNEL', channel),
      link(message, 'PINNED_IN', channel),
    );
  }
  if (item.file) mutations.push(link(ref.file(item.file.id), 'PINNED_IN', channel));
  return [...mutations, ...(user ? [knownUser(user)] : [])];
};

const unpinned: EventReader = (event) => {
  const { channel_id: id, item } = readEvent(pin, event);
  const channel = ref.channel(id);
  return [
    ...(item.message ? [unlink(ref.message(id, item.message.ts), 'PINNED_IN', channel)] : []),
    ...(item.file ? [unlink(ref.file(item.file.id), 'PINNED_IN', channel)] : []),
  ];
};

export const itemEvents: Readonly<Record<string, EventReader>> = {
  reaction_added: reactionAdded,
  reaction_removed: reactionRemoved,
  pin_added: pinned,
  pin_removed: unpinned,
};
