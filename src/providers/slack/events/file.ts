import { type Mutation, z } from '#provider-kit';
import { knownUser, link, ref, remove, timeOfSeconds, unlink, upsert } from '../graph.ts';
import { boolean, lenient, optionalId, readEvent, seconds, slackId, text } from '../schema.ts';
import type { EventReader } from './reader.ts';

/** A file as messages carry it; an address that works without a login (`permalink_public`) is not kept. */
export const file = z.looseObject({
  id: slackId,
  created: seconds,
  name: text,
  title: text,
  mimetype: text,
  mode: text,
  size: lenient(z.number().int().nonnegative()),
  is_public: boolean,
  permalink: text,
  user: optionalId,
});
type File = z.output<typeof file>;

const fileEvent = z.looseObject({ file_id: slackId, user_id: optionalId, channel_id: optionalId });

export function fileMutations(one: File, channel: string): Mutation[] {
  const it = ref.file(one.id);
  return [
    upsert(it, {
      name: one.name ?? undefined,
      title: one.title ?? undefined,
      mimetype: one.mimetype ?? undefined,
      url: one.permalink ?? undefined,
      public: one.is_public ?? undefined,
      size_bytes: one.size ?? undefined,
      created_at: timeOfSeconds(one.created),
    }),
    link(it, 'SHARED_IN', ref.channel(channel)),
    ...(one.user ? [knownUser(one.user), link(ref.user(one.user), 'CREATED', it)] : []),
  ];
}

/** These events name the file by its id only; its words come with the message that shares it. */
const touched: EventReader = (event) => {
  const { file_id: id } = readEvent(fileEvent, event);
  return [upsert(ref.file(id), {})];
};

const created: EventReader = (event) => {
  const { file_id: id, user_id: user } = readEvent(fileEvent, event);
  const it = ref.file(id);
  return [upsert(it, {}), ...(user ? [knownUser(user), link(ref.user(user), 'CREATED', it)] : [])];
};

const madePublic: EventReader = (event) => {
  const { file_id: id } = readEvent(fileEvent, event);
  return [upsert(ref.file(id), { public: true })];
};

const shared: EventReader = (event) => {
  const { file_id: id, channel_id: channel } = readEvent(fileEvent, event);
  const it = ref.file(id);
  return [upsert(it, {}), ...(channel ? [link(it, 'SHARED_IN', ref.channel(channel))] : [])];
};

const unshared: EventReader = (event) => {
  const { file_id: id, channel_id: channel } = readEvent(fileEvent, event);
  return channel ? [unlink(ref.file(id), 'SHARED_IN', ref.channel(channel))] : [];
};

const deleted: EventReader = (event) => [remove(ref.file(readEvent(fileEvent, event).file_id))];

export const fileEvents: Readonly<Record<string, EventReader>> = {
  file_created: created,
  file_change: touched,
  file_public: madePublic,
  file_shared: shared,
  file_unshared: unshared,
  file_deleted: deleted,
};
