import { type Mutation, readPayload, z } from '#provider-kit';
import { knownUser, link, organization, ref, timeOf, upsert } from '../graph.ts';
import { lenient, optionalId, slackId, text, timestamp } from '../schema.ts';

const command = z.object({
  command: z.string().min(1).max(200),
  user_id: slackId,
  user_name: text,
  team_id: optionalId,
  team_domain: text,
  enterprise_id: optionalId,
  enterprise_name: text,
  channel_id: optionalId,
  api_app_id: optionalId,
});

const interaction = z.looseObject({
  type: z.string(),
  user: z.looseObject({ id: slackId, username: text, name: text, team_id: optionalId }),
  team: lenient(z.looseObject({ id: slackId, domain: text })),
  enterprise: lenient(z.looseObject({ id: slackId, name: text })),
  channel: lenient(z.looseObject({ id: slackId })),
  message: lenient(z.looseObject({ ts: timestamp })),
  container: lenient(z.looseObject({ message_ts: lenient(timestamp), channel_id: optionalId })),
  api_app_id: optionalId,
  action_ts: lenient(timestamp),
  actions: lenient(z.array(z.looseObject({ action_ts: lenient(timestamp) }))),
});

interface Scene {
  readonly user: string;
  readonly login: string | null | undefined;
  readonly home: string | null | undefined;
  readonly team: { readonly id: string; readonly domain: string | null | undefined } | null | undefined;
  readonly enterprise: { readonly id: string; readonly name: string | null | undefined } | null | undefined;
  readonly channel: string | null | undefined;
  readonly app: string | null | undefined;
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export function commandMutations(payload: unknown): Mutation[] {
  const given = readPayload(command, payload);
  const { user_id: user, api_app_id: app, team_id: team, enterprise_id: enterprise } = given;
  // Apps of long ago are not named; their commands are told apart by workspace.
  const it = ref.command(app ?? team ?? '-', given.command);
  return [
    upsert(it, { name: given.command }),
    link(ref.user(user), 'USED', it),
    ...(app ? [link(it, 'PART_OF', ref.application(app))] : []),
    ...sceneMutations({
      user,
      login: given.user_name,
      home: undefined,
      team: team ? { id: team, domain: given.team_domain } : undefined,
      enterprise: enterprise ? { id: enterprise, name: given.enterprise_name } : undefined,
      channel: given.channel_id,
      app,
    }),
  ];
}

/** https://docs.slack.dev/reference/interaction-payloads */
export function interactionMeaning(payload: unknown) {
  const { user, team, enterprise, container, ...given } = readPayload(interaction, payload);
  const channel = given.channel?.id ?? container?.channel_id;
  const ts = given.message?.ts ?? container?.message_ts;
  const message = channel && ts ? ref.message(channel, ts) : undefined;
  return {
    eventTime: timeOf(given.action_ts ?? given.actions?.[0]?.action_ts),
    mutations: [
      ...(message && channel
        ? [
            link(ref.user(user.id), 'INTERACTED_WITH', message),
            link(message, 'IN_CHANNEL', ref.channel(channel)),
          ]
        : []),
      ...sceneMutations({
        user: user.id,
        login: user.username ?? user.name,
        home: user.team_id,
        team: team ? { id: team.id, domain: team.domain } : undefined,
        enterprise: enterprise ? { id: enterprise.id, name: enterprise.name } : undefined,
        channel,
        app: given.api_app_id,
      }),
    ],
  };
}

/** Who acted, and where. Names of direct messages ("directmessage") are none, so channels keep theirs. */
function sceneMutations({ user, login, home, team, enterprise, channel, app }: Scene): Mutation[] {
  const mutations: Mutation[] = [
    login ? upsert(ref.user(user), { provider: 'slack', login }) : knownUser(user),
    ...(home ? [link(ref.user(user), 'MEMBER_OF', organization(home))] : []),
  ];
  if (enterprise)
    mutations.push(upsert(ref.enterprise(enterprise.id), { name: enterprise.name ?? undefined }));
  if (!team) return mutations;
  const workspace = ref.workspace(team.id);
  mutations.push(upsert(workspace, { domain: team.domain ?? undefined }));
  if (enterprise) mutations.push(link(workspace, 'PART_OF', ref.enterprise(enterprise.id)));
  if (channel) mutations.push(link(ref.channel(channel), 'IN_WORKSPACE', workspace));
  if (app) mutations.push(link(ref.application(app), 'INSTALLED_IN', workspace));
  return mutations;
}
