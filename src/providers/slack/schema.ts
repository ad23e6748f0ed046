import { readPayload, z } from '#provider-kit';

/** Ids become parts of keys. */
export const slackId = z.string().regex(/^[A-Z][A-Z0-9]{1,29}$/, 'is not an id of Slack');
/** Seconds with six decimals. It is an id too, so it stays a text. */
export const timestamp = z.string().regex(/^\d{1,11}\.\d{6}$/, 'is not a timestamp of Slack');

/** Says nothing where the value has another shape than is documented: what cannot be read is no reason to refuse. */
export const lenient = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
export const text = lenient(z.string());
export const boolean = lenient(z.boolean());
export const seconds = lenient(z.number().int().nonnegative());
export const optionalId = lenient(slackId);
export const ids = lenient(z.array(slackId));

const eventName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'is not the name of an event');

const innerEvent = z.looseObject({
  type: eventName,
  subtype: lenient(eventName),
  event_ts: lenient(timestamp),
  ts: lenient(timestamp),
});

const authorization = z.object({ user_id: optionalId, is_enterprise_install: boolean });

/** What stands around every event: https://docs.slack.dev/apis/events-api */
export const envelope = z.looseObject({
  type: z.literal('event_callback'),
  event_id: z.string().regex(/^[!-~]{1,128}$/, 'is not the id of an event'),
  event_time: seconds,
  team_id: optionalId,
  enterprise_id: optionalId,
  api_app_id: optionalId,
  authorizations: lenient(z.array(authorization)),
  event: innerEvent,
});
export type Envelope = z.output<typeof envelope>;
export type InnerEvent = Envelope['event'];

/** Has no event inside and no id: https://docs.slack.dev/reference/events/app_rate_limited */
export const rateLimit = z.object({
  type: z.literal('app_rate_limited'),
  team_id: slackId,
  api_app_id: slackId,
  minute_rate_limited: z.number().int().nonnegative(),
});

/** Reads an event's own fields. @throws PayloadInvalidError which names the field with its place in the payload */
export function readEvent<T>(schema: z.ZodType<T>, event: unknown): T {
  return readPayload(z.object({ event: schema }), { event }).event;
}

/**
 * A message's subtype decides what happened (an edit, a deletion, a new topic), so it belongs to the name:
 * `message.message_changed`. Elsewhere a subtype only details the type, as in `emoji_changed`.
 */
export function eventTypeOf({ type, subtype }: InnerEvent): string {
  return type === 'message' && subtype ? `message.${subtype}` : type;
}
