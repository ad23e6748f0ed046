import { type Mutation, z } from '#provider-kit';
import { knownUser, link, ref } from '../graph.ts';
import { type Envelope, lenient, optionalId, slackId, timestamp } from '../schema.ts';

const idOrObject = lenient(z.union([slackId, z.looseObject({ id: slackId }).transform(({ id }) => id)]));
const about = z.looseObject({
  user: idOrObject,
  user_id: optionalId,
  actor_id: optionalId,
  channel: idOrObject,
  channel_id: optionalId,
  item: lenient(z.looseObject({ channel: optionalId })),
  message_ts: lenient(timestamp),
  thread_ts: lenient(timestamp),
});

/** Stands for the channel of a message that is still being written, in link_shared. */
const composer = 'COMPOSER';

/** Whom and what an event without a reader names, under the names that Slack uses everywhere. */
export function touched(event: object): Mutation[] {
  const nested = (event as { assistant_thread?: unknown }).assistant_thread;
  const found = about.safeParse(nested ?? event).data;
  const channel = channelOf(event);
  const user = found?.user ?? found?.user_id ?? found?.actor_id;
  const said = found?.message_ts ?? found?.thread_ts;
  return [
    ...(user ? [knownUser(user)] : []),
    ...(said && channel ? [link(ref.message(channel, said), 'IN_CHANNEL', ref.channel(channel))] : []),
    ...(said && channel && found?.thread_ts && found.thread_ts !== said
      ? [link(ref.message(channel, said), 'REPLY_TO', ref.message(channel, found.thread_ts))]
      : []),
  ];
}

/** The channel of any event is in the workspace that the event came through; an edge, for the channel may be gone. */
export function channelPlace({ event, team_id: team }: Envelope): Mutation[] {
  const channel = channelOf(event);
  return channel && team ? [link(ref.channel(channel), 'IN_WORKSPACE', ref.workspace(team))] : [];
}

function channelOf(event: object): string | undefined {
  const nested = (event as { assistant_thread?: unknown }).assistant_thread;
  const found = about.safeParse(nested ?? event).data;
  const channel = found?.channel ?? found?.channel_id ?? found?.item?.channel ?? undefined;
  return channel === composer ? undefined : channel;
}
