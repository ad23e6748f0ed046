import { type Mutation, z } from '#provider-kit';
import { link, ref, remove, timeOf, unlink, upsert, upsertUser } from '../graph.ts';
import { boolean, integer, lenient, optionalId, readData, snowflake, text, user } from '../schema.ts';
import { guildMutations } from './guild.ts';
import type { EventReader } from './reader.ts';

const authorized = z.looseObject({
  user,
  guild: lenient(z.looseObject({ id: snowflake })),
});
const deauthorized = z.looseObject({ user });
const entitlement = z.looseObject({
  id: snowflake,
  application_id: optionalId,
  sku_id: optionalId,
  user_id: optionalId,
  guild_id: optionalId,
  type: integer,
  consumed: boolean,
  deleted: boolean,
  starts_at: text,
  ends_at: text,
});

/** What a webhook event says of the application that it is about. */
export function applicationMutations(type: string, application: string, data: unknown): readonly Mutation[] {
  const it = ref.application(application);
  if (type === 'APPLICATION_AUTHORIZED') {
    const { user: one, guild } = readData(authorized, data);
    return [
      upsertUser(one),
      link(ref.user(one.id), 'AUTHORIZED', it),
      ...(guild ? [link(it, 'INSTALLED_IN', ref.guild(guild.id)), ...guildMutations(guild)] : []),
    ];
  }
  if (type === 'APPLICATION_DEAUTHORIZED') {
    const { user: one } = readData(deauthorized, data);
    return [upsertUser(one), unlink(ref.user(one.id), 'AUTHORIZED', it)];
  }
  return [upsert(it, {})];
}

const granted: EventReader = (data) => {
  const one = readData(entitlement, data);
  const it = ref.entitlement(one.id);
  if (one.deleted === true) return { mutations: [remove(it)] };
  return {
    mutations: [
      upsert(it, {
        type: one.type ?? undefined,
        sku_id: one.sku_id ?? undefined,
        consumed: one.consumed ?? undefined,
        starts_at: one.starts_at === null ? null : timeOf(one.starts_at),
        ends_at: one.ends_at === null ? null : timeOf(one.ends_at),
      }),
      ...(one.user_id ? [link(ref.user(one.user_id), 'HAS_ENTITLEMENT', it)] : []),
      ...(one.guild_id ? [link(ref.guild(one.guild_id), 'HAS_ENTITLEMENT', it)] : []),
      ...(one.application_id ? [link(it, 'PART_OF', ref.application(one.application_id))] : []),
    ],
  };
};

const taken: EventReader = (data) => ({
  mutations: [remove(ref.entitlement(readData(entitlement, data).id))],
});

export const entitlementEvents: Readonly<Record<string, EventReader>> = {
  ENTITLEMENT_CREATE: granted,
  ENTITLEMENT_UPDATE: granted,
  ENTITLEMENT_DELETE: taken,
};
