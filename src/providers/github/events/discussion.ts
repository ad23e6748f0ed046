import { id, readPayload, z } from '#provider-kit';
import type { EventTime, Mutation } from '#provider-kit';
import { link, ref, remove, replaceOut, unlink, upsert } from '../graph.ts';
import { userMutations } from '../mutations/account.ts';
import { labelMutations } from '../mutations/item.ts';
import { account, repository } from '../schema/account.ts';
import { text, time } from '../schema/fields.ts';
import { comment, label } from '../schema/issue.ts';
import { at, goneAt, moment, momentOf } from '../time.ts';
import type { EventReader } from './event.ts';

const discussion = z.object({
  id,
  number: z.number().int(),
  title: text,
  body: text,
  state: text,
  html_url: text,
  category: z.object({ name: text }).nullish(),
  answer_chosen_at: text,
  user: account.nullish(),
  labels: z.array(label).nullish(),
  created_at: time,
  updated_at: time,
});
type Discussion = z.output<typeof discussion>;

const event = z.object({ action: z.string(), discussion, repository });
type Repository = z.output<typeof repository>;

const readDiscussion: EventReader = (payload, delivery) => {
  const read = readPayload(event.extend({ label: label.nullish() }), payload);
  const { action, discussion, repository } = read;
  const node = ref.discussion(discussion);
  if (action === 'deleted') return { at: goneAt(delivery, discussion.updated_at), mutations: [remove(node)] };
  const named = at(discussion.updated_at, moment.named);
  return {
    at: at(discussion.updated_at, momentOf(action)),
    mutations: [
      ...discussionMutations(discussion, repository),
      ...(read.label && action === 'labeled' ? [link(node, 'HAS_LABEL', ref.label(read.label), named)] : []),
      ...(read.label && action === 'unlabeled'
        ? [unlink(node, 'HAS_LABEL', ref.label(read.label), named)]
        : []),
    ],
  };
};

function discussionMutations(shown: Discussion, repository: Repository, time?: EventTime): Mutation[] {
  const node = ref.discussion(shown);
  const { number, title, body, state, html_url: url, created_at, updated_at, user, labels } = shown;
  const answered = shown.answer_chosen_at === undefined ? undefined : shown.answer_chosen_at !== null;
  const properties = { number, title, body, state, url, category: shown.category?.name, answered };
  return [
    upsert(node, { ...properties, created_at, updated_at }, time),
    link(node, 'PART_OF', ref.repository(repository), time),
    ...(user ? [link(ref.user(user), 'OPENED', node, time), ...userMutations(user)] : []),
    ...(labels ? [replaceOut(node, 'HAS_LABEL', labels.map(ref.label), time)] : []),
    ...(labels ?? []).flatMap((label) => labelMutations(label, { repository, time })),
  ];
}

const commentEvent = event.extend({ comment: comment.extend({ parent_id: id.nullish() }) });

const readDiscussionComment: EventReader = (payload, delivery) => {
  const { action, discussion, comment, repository } = readPayload(commentEvent, payload);
  const node = ref.discussionComment(comment);
  const shown = discussionMutations(discussion, repository, at(discussion.updated_at, moment.shown));
  if (action === 'deleted') {
    return { at: goneAt(delivery, comment.updated_at), mutations: [remove(node), ...shown] };
  }
  const { body, html_url: url, created_at, updated_at, parent_id: parent, user } = comment;
  return {
    at: at(updated_at, momentOf(action)),
    mutations: [
      upsert(node, { text: body, url, created_at, updated_at }),
      link(node, 'COMMENTED_ON', ref.discussion(discussion)),
      ...(parent ? [link(node, 'REPLY_TO', ref.discussionComment({ id: parent }))] : []),
      ...(user ? [link(ref.user(user), 'CREATED', node), ...userMutations(user)] : []),
      ...shown,
    ],
  };
};

const commitCommentEvent = z.object({
  comment: comment.extend({ commit_id: z.string().min(1) }),
  repository,
});

const readCommitComment: EventReader = (payload) => {
  const { comment, repository } = readPayload(commitCommentEvent, payload);
  const node = ref.commitComment(comment);
  const commit = ref.commit(comment.commit_id);
  const { body, html_url: url, created_at, updated_at, user } = comment;
  return {
    at: at(updated_at, moment.begun),
    mutations: [
      upsert(node, { text: body, url, created_at, updated_at }),
      link(node, 'COMMENTED_ON', commit),
      link(commit, 'PART_OF', ref.repository(repository)),
      ...(user ? [link(ref.user(user), 'CREATED', node), ...userMutations(user)] : []),
    ],
  };
};

export const discussionEvents: Readonly<Record<string, EventReader>> = {
  discussion: readDiscussion,
  discussion_comment: readDiscussionComment,
  commit_comment: readCommitComment,
};
