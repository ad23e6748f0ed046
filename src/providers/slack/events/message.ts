import { type Mutation, z } from '#provider-kit';
import { knownUser, link, organization, ref, remove, replaceOut, timeOf, upsert } from '../graph.ts';
import { boolean, lenient, optionalId, readEvent, slackId, text, timestamp } from '../schema.ts';
import { mentionsOf, plainTextOf } from '../text.ts';
import { channelKind } from './channel-kind.ts';
import { file, fileMutations } from './file.ts';
import type { EventReader } from './reader.ts';

const message = z.looseObject({
  ts: timestamp,
  subtype: text,
  text,
  user: optionalId,
  bot_id: optionalId,
  bot_profile: lenient(z.object({ name: text, app_id: optionalId })),
  app_id: optionalId,
  username: text,
  user_team: optionalId,
  thread_ts: lenient(timestamp),
  root: lenient(z.object({ thread_ts: timestamp })),
  edited: lenient(z.object({ ts: timestamp })),
  attachments: lenient(z.array(z.looseObject({ text, fallback: text }))),
  files: lenient(z.array(file)),
});
type Message = z.output<typeof message>;

const place = z.looseObject({ channel: slackId, channel_type: channelKind });
const changedMessage = place.extend({ message });
const deletedMessage = place.extend({ deleted_ts: timestamp });
const reply = z.object({ ts: timestamp });
const repliedMessage = place.extend({
  message: z.looseObject({ ts: timestamp, replies: lenient(z.array(reply)) }),
});
const deniedMessage = place.extend({ ts: timestamp, hidden: boolean });

/** What Slack itself writes into a channel says something of the channel or its members: see channel.ts, member.ts. */
const notices = /^(?:channel|group)_/;

const posted: EventReader = (event) => {
  const { channel, channel_type: type, ...said } = readEvent(message.extend(place.shape), event);
  const posting = ref.message(channel, said.ts);
  return [
    ...messageMutations(channel, said),
    ...homeOf(said),
    ...mentionsOf(said.text ?? '').map((one) => link(posting, 'MENTIONS', one)),
    ...filesOf(said).flatMap((one) => [link(posting, 'HAS_FILE', ref.file(one.id))]),
    ...(type ? [upsert(ref.channel(channel), { type })] : []),
  ];
};

/** An edit, an unfurled link, a new count of replies: each tells the whole message, so what it leaves out is gone. */
const changed: EventReader = (event) => {
  const { channel, message: said } = readEvent(changedMessage, event);
  const posting = ref.message(channel, said.ts);
  // A deleted message that has replies stays as a tombstone.
  if (said.subtype === 'tombstone') return [remove(posting)];
  if (notices.test(said.subtype ?? '')) return [];
  const files = filesOf(said).map(({ id }) => ref.file(id));
  return [
    ...messageMutations(channel, said),
    replaceOut(posting, 'MENTIONS', mentionsOf(said.text ?? '')),
    replaceOut(posting, 'HAS_FILE', files),
  ];
};

const deleted: EventReader = (event) => {
  const { channel, deleted_ts: ts } = readEvent(deletedMessage, event);
  return [remove(ref.message(channel, ts))];
};

/** Sent to the message that began the thread, at times without its subtype. */
const replied: EventReader = (event) => {
  const { channel, message: root } = readEvent(repliedMessage, event);
  const first = ref.message(channel, root.ts);
  return [
    link(first, 'IN_CHANNEL', ref.channel(channel)),
    ...(root.replies ?? []).map(({ ts }) => link(ref.message(channel, ts), 'REPLY_TO', first)),
  ];
};

/** The text is a notice that an enterprise withholds its key; what was said is not known here. */
const denied: EventReader = (event) => {
  const { channel, ts } = readEvent(deniedMessage, event);
  return [link(ref.message(channel, ts), 'IN_CHANNEL', ref.channel(channel))];
};

/** app_mention comes beside the message event of the same message, and says the same. */
export const messageEvents: Readonly<Record<string, EventReader>> = {
  message: posted,
  app_mention: posted,
  'message.message_changed': changed,
  'message.message_deleted': deleted,
  'message.message_replied': replied,
  'message.ekm_access_denied': denied,
};

/** A subtype without a reader of its own is a way of posting: bot_message, file_share, me_message, thread_broadcast. */
export const otherMessage = posted;

function messageMutations(channel: string, said: Message): Mutation[] {
  const posting = ref.message(channel, said.ts);
  const thread = said.thread_ts ?? said.root?.thread_ts;
  const application = said.bot_profile?.app_id ?? said.app_id;
  return [
    upsert(posting, {
      text: textOf(said),
      subtype: said.subtype ?? undefined,
      created_at: timeOf(said.ts),
      updated_at: timeOf(said.edited?.ts),
    }),
    link(posting, 'IN_CHANNEL', ref.channel(channel)),
    ...(thread && thread !== said.ts ? [link(posting, 'REPLY_TO', ref.message(channel, thread))] : []),
    ...authorMutations(posting, said),
    ...(application ? [link(posting, 'SENT_VIA', ref.application(application))] : []),
    ...filesOf(said).flatMap((one) => fileMutations(one, channel)),
  ];
}

/** Apps post as a user of theirs, or as a bot that has no account. */
function authorMutations(posting: ReturnType<typeof ref.message>, said: Message): Mutation[] {
  const { user, bot_id: bot, bot_profile: profile } = said;
  if (user) return [knownUser(user), link(ref.user(user), 'POSTED', posting)];
  if (!bot) return [];
  return [
    upsert(ref.bot(bot), { name: profile?.name ?? said.username ?? undefined }),
    link(ref.bot(bot), 'POSTED', posting),
    ...(profile?.app_id ? [link(ref.bot(bot), 'PART_OF', ref.application(profile.app_id))] : []),
  ];
}

/** Said of a new message only: an old one may change long after its author left. */
function homeOf({ user, user_team: team }: Message): Mutation[] {
  return user && team ? [link(ref.user(user), 'MEMBER_OF', organization(team))] : [];
}

/** Apps often say what they have to say in attachments only. */
function textOf({ text: said, attachments }: Message): string | undefined {
  const attached = (attachments ?? []).flatMap((one) => one.text || one.fallback || []);
  const whole = said || attached.join('\n');
  return said === undefined && whole === '' ? undefined : plainTextOf(whole);
}

/** A deleted file leaves a tombstone in its messages. */
function filesOf({ files }: Message) {
  return (files ?? []).filter(({ mode }) => mode !== 'tombstone');
}
