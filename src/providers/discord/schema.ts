import { id, readPayload, z } from '#provider-kit';

/** Ids become parts of keys; they pass 2^53, so they are texts. */
export const snowflake = id.pipe(z.string().regex(/^\d{1,20}$/, 'is not an id of Discord'));

/** Says nothing where the value has another shape than is documented: what cannot be read is no reason to refuse. */
export const lenient = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
export const text = lenient(z.string());
export const integer = lenient(z.number().int());
export const boolean = lenient(z.boolean());
export const optionalId = lenient(snowflake);

export const user = z.looseObject({
  id: snowflake,
  username: text,
  global_name: text,
  email: text,
  verified: boolean,
  avatar: text,
  bot: boolean,
});
export type User = z.output<typeof user>;

const eventName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'is not the name of an event');
const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d/, 'is not a time');

/** https://docs.discord.com/developers/events/webhook-events; type 0 is a ping. */
export const webhookEvent = z.looseObject({
  application_id: snowflake,
  type: z.literal(1),
  event: z.looseObject({ type: eventName, timestamp: isoTime, data: z.unknown().optional() }),
});

/** What the gateway calls a dispatch; a relay posts it as it is: https://docs.discord.com/developers/events/gateway-events */
export const frame = z.looseObject({ op: z.literal(0), t: eventName, d: z.looseObject({}) });
export type Frame = z.output<typeof frame>;

export const interaction = z.looseObject({
  id: snowflake,
  application_id: snowflake,
  type: z.number().int().min(2).max(99),
  guild_id: optionalId,
  channel_id: optionalId,
  member: lenient(z.looseObject({ user, nick: text })),
  user: lenient(user),
  message: lenient(z.looseObject({ id: snowflake, channel_id: optionalId })),
  data: lenient(z.looseObject({ id: optionalId, name: text })),
});

/** Discord's own names of the types. */
const interactionNames: Readonly<Record<number, string>> = {
  2: 'APPLICATION_COMMAND',
  3: 'MESSAGE_COMPONENT',
  4: 'APPLICATION_COMMAND_AUTOCOMPLETE',
  5: 'MODAL_SUBMIT',
};

export function interactionTypeOf(type: number): string {
  return interactionNames[type] ?? `INTERACTION_${type}`;
}

export type Kind = 'interaction' | 'webhook-event' | 'frame';

/**
 * The outer `type: 1` is a ping of the interactions and an event of the webhook events. Only the latter hold `event`, and
 * only their ping is `type: 0`. At the address of interactions there is nothing to tell apart.
 */
export function kindOf(payload: unknown): Kind {
  const given = payload as { readonly op?: unknown; readonly event?: unknown; readonly type?: unknown };
  if (given.op !== undefined) return 'frame';
  return given.event !== undefined || given.type === 0 ? 'webhook-event' : 'interaction';
}

/** Reads the data of an event under the name that it has in the payload. @throws PayloadInvalidError which names the field */
export function readData<T>(schema: z.ZodType<T>, data: unknown): T {
  return readPayload(z.object({ data: schema }), { data }).data;
}
