import { type Mutation, z } from '#provider-kit';
import { link, ref, remove, unlink, upsert } from '../graph.ts';
import { type Envelope, ids, readEvent, text } from '../schema.ts';
import type { EventReader } from './reader.ts';

const renamed = z.looseObject({ name: z.string().min(1) });
const moved = z.looseObject({ url: text, domain: z.string().min(1) });
const revoked = z.looseObject({ tokens: z.looseObject({ oauth: ids, bot: ids }) });
const name = z.string().min(1).max(200);
const emoji = z.discriminatedUnion('subtype', [
  z.looseObject({ subtype: z.literal('add'), name, value: text }),
  z.looseObject({ subtype: z.literal('remove'), names: z.array(name) }),
  z.looseObject({ subtype: z.literal('rename'), old_name: name, new_name: name, value: text }),
]);
const emojiSubtypes: readonly (string | null | undefined)[] = ['add', 'remove', 'rename'];

const teamRenamed: EventReader = (event, { team_id: team }) => {
  const { name: title } = readEvent(renamed, event);
  return team ? [upsert(ref.workspace(team), { name: title })] : [];
};

const teamMoved: EventReader = (event, { team_id: team }) => {
  const { url, domain } = readEvent(moved, event);
  return team ? [upsert(ref.workspace(team), { domain, url: url ?? undefined })] : [];
};

const uninstalled: EventReader = (_, envelope) => {
  const { api_app_id: app, team_id: team, enterprise_id: enterprise } = envelope;
  if (!app) return [];
  const it = ref.application(app);
  return [
    ...(team ? [unlink(it, 'INSTALLED_IN', ref.workspace(team))] : []),
    ...(enterprise && isForWholeEnterprise(envelope)
      ? [unlink(it, 'INSTALLED_IN', ref.enterprise(enterprise))]
      : []),
  ];
};

/** The lists hold ids of users, in spite of their name. */
const tokensRevoked: EventReader = (event, { api_app_id: app }) => {
  const { oauth, bot } = readEvent(revoked, event).tokens;
  if (!app) return [];
  return [...(oauth ?? []), ...(bot ?? [])].map((user) =>
    unlink(ref.user(user), 'AUTHORIZED', ref.application(app)),
  );
};

const emojiChanged: EventReader = (event, { team_id: team, event: { subtype } }) => {
  if (!team || !emojiSubtypes.includes(subtype)) return [];
  const change = readEvent(emoji, event);
  const added = (one: string, url: string | null | undefined): Mutation[] => [
    upsert(ref.emoji(team, one), { name: one, url: url ?? undefined }),
    link(ref.emoji(team, one), 'IN_WORKSPACE', ref.workspace(team)),
  ];
  switch (change.subtype) {
    case 'add':
      return added(change.name, change.value);
    case 'remove':
      return change.names.map((one) => remove(ref.emoji(team, one)));
    case 'rename':
      return [remove(ref.emoji(team, change.old_name)), ...added(change.new_name, change.value)];
  }
};

/** What every event tells beside itself, but those that end it. */
export function surroundings(envelope: Envelope): Mutation[] {
  const { api_app_id: app, team_id: team, enterprise_id: enterprise, authorizations } = envelope;
  const mutations: Mutation[] = [];
  if (team && enterprise) mutations.push(link(ref.workspace(team), 'PART_OF', ref.enterprise(enterprise)));
  if (!app || envelope.event.type === 'app_uninstalled' || envelope.event.type === 'tokens_revoked') {
    return mutations;
  }
  const it = ref.application(app);
  if (enterprise && isForWholeEnterprise(envelope)) {
    mutations.push(link(it, 'INSTALLED_IN', ref.enterprise(enterprise)));
  } else if (team) mutations.push(link(it, 'INSTALLED_IN', ref.workspace(team)));
  for (const { user_id: user } of authorizations ?? []) {
    if (user) mutations.push(link(ref.user(user), 'AUTHORIZED', it));
  }
  return mutations;
}

function isForWholeEnterprise({ authorizations }: Envelope): boolean {
  return authorizations?.some(({ is_enterprise_install: whole }) => whole === true) ?? false;
}

export const workspaceEvents: Readonly<Record<string, EventReader>> = {
  team_rename: teamRenamed,
  team_domain_change: teamMoved,
  app_uninstalled: uninstalled,
  tokens_revoked: tokensRevoked,
  emoji_changed: emojiChanged,
};
