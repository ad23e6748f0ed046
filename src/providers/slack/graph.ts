import {
  boundedKey,
  type EventTime,
  eventTime,
  eventTimeOfSeconds,
  type Mutation,
  mutationsOf,
} from '#provider-kit';
import { model } from './model.ts';

export const { node, upsert, remove, link, unlink, replaceOut, replaceIn } = mutationsOf(model);

/**
 * Keys are made of Slack's ids. Slack promises a user's id to be unique within a workspace only, yet the workspace is no
 * part of the key: a channel shared between organizations brings users of all of them, by bare ids and in one
 * list (mentions, reactions, members), so ids that could meet do not collide, while the workspace that an event came
 * through is not always the user's. The same holds for channels. An emoji goes by its name, within its workspace.
 */
export const ref = {
  enterprise: (id: string) => node('Enterprise', `slack:enterprise:${id}`),
  workspace: (id: string) => node('Workspace', `slack:workspace:${id}`),
  channel: (id: string) => node('Channel', `slack:channel:${id}`),
  user: (id: string) => node('User', `slack:user:${id}`),
  bot: (id: string) => node('Bot', `slack:bot:${id}`),
  message: (channel: string, ts: string) => node('Message', `slack:message:${channel}:${ts}`),
  file: (id: string) => node('File', `slack:file:${id}`),
  usergroup: (id: string) => node('Usergroup', `slack:usergroup:${id}`),
  application: (id: string) => node('Application', `slack:application:${id}`),
  reaction: (item: string, user: string, name: string) =>
    node('Reaction', boundedKey(`slack:reaction:${item}:${user}:${name}`)),
  emoji: (team: string, name: string) => node('Emoji', boundedKey(`slack:emoji:${team}:${name}`)),
  command: (app: string, name: string) =>
    node('Command', boundedKey(`slack:command:${app}:${name.replace(/^\//, '')}`)),
};

/** Where somebody belongs: in an enterprise, Slack often names that in place of a workspace. */
export function organization(id: string) {
  return id.startsWith('E') ? ref.enterprise(id) : ref.workspace(id);
}

/** Somebody of whom nothing but the id is told. */
export function knownUser(id: string): Mutation {
  return upsert(ref.user(id), { provider: 'slack' });
}

/** A time property from a timestamp; undefined says nothing. */
export function timeOf(timestamp: string | null | undefined): EventTime | undefined {
  return timestamp ? eventTimeOfSeconds(timestamp) : undefined;
}

/** The same from whole seconds; Slack writes 0 for never. */
export function timeOfSeconds(seconds: number | null | undefined): EventTime | undefined {
  return seconds ? eventTime(seconds * 1000) : undefined;
}
