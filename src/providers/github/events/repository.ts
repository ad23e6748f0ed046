import { readPayload, z } from '#provider-kit';
import { link, ref, remove, unlink } from '../graph.ts';
import { repositoryMutations, userMutations } from '../mutations/account.ts';
import { account, repository } from '../schema/account.ts';
import { time } from '../schema/fields.ts';
import { at, goneAt, moment } from '../time.ts';
import type { EventReader } from './event.ts';

const event = z.object({ action: z.string(), repository });

/** All actions but one show the repository as it is now, under its new name and owner and the old key. */
const readRepository: EventReader = (payload, delivery) => {
  const { action, repository } = readPayload(event, payload);
  if (action === 'deleted') {
    return { at: goneAt(delivery, repository.updated_at), mutations: [remove(ref.repository(repository))] };
  }
  const time = at(repository.updated_at, moment.changed);
  return { at: time, mutations: repositoryMutations(repository, time) };
};

const readPublic: EventReader = (payload) => {
  const { repository: shown } = readPayload(z.object({ repository }), payload);
  const time = at(shown.updated_at, moment.changed);
  return { at: time, mutations: repositoryMutations(shown, time) };
};

const forkEvent = z.object({ forkee: repository, repository });

const readFork: EventReader = (payload) => {
  const { forkee, repository } = readPayload(forkEvent, payload);
  return {
    at: at(forkee.created_at, moment.begun),
    mutations: [
      link(ref.repository(forkee), 'FORK_OF', ref.repository(repository)),
      ...repositoryMutations(forkee),
    ],
  };
};

const starEvent = event.extend({ starred_at: time, sender: account });

/** `starred_at` is null once the star is taken back: that happened when we heard of it. */
const readStar: EventReader = (payload) => {
  const { action, starred_at, sender, repository } = readPayload(starEvent, payload);
  const change = action === 'deleted' ? unlink : link;
  return {
    at: starred_at ?? undefined,
    mutations: [change(ref.user(sender), 'STARRED', ref.repository(repository)), ...userMutations(sender)],
  };
};

const memberEvent = event.extend({ member: account.nullish() });

const readMember: EventReader = (payload) => {
  const { action, member, repository } = readPayload(memberEvent, payload);
  if (!member) return { mutations: [] };
  const change = action === 'removed' ? unlink : link;
  return {
    mutations: [
      change(ref.user(member), 'COLLABORATES_ON', ref.repository(repository)),
      ...userMutations(member),
    ],
  };
};

export const repositoryEvents: Readonly<Record<string, EventReader>> = {
  repository: readRepository,
  public: readPublic,
  fork: readFork,
  star: readStar,
  member: readMember,
};
