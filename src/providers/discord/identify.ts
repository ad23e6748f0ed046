import {
  type Identity,
  PayloadInvalidError,
  readPayload,
  sha256Hex,
  type VerifiedRequest,
  z,
} from '#provider-kit';
import { frame, interaction, interactionTypeOf, kindOf, snowflake, webhookEvent } from './schema.ts';
import type { Settings } from './settings.ts';
import { isRelayed, relayId } from './verify.ts';

export const interactionsPath = '/interactions';
const outer = z.looseObject({ type: z.number().int() });
const subject = z.looseObject({ id: snowflake });
const owner = z.looseObject({ user: subject });

/** Of interactions: pong, a message, and choices for what is being typed. */
const pong = 1;
const message = 4;
const choices = 8;
const onlyForThePerson = 64;
const autocomplete = 4;

export function identify(request: VerifiedRequest, settings: Settings): Identity {
  const { payload, path } = request;
  const kind = path === interactionsPath ? 'interaction' : kindOf(payload);
  if (path !== '' && path !== interactionsPath)
    throw new PayloadInvalidError(`Discord posts to / and to ${interactionsPath}, not to other addresses.`);
  // The relay's secret proves nothing of what Discord itself posts, nor the other way round.
  if (isRelayed(request) !== (kind === 'frame'))
    throw new PayloadInvalidError(
      'Gateway events, and only those, come from a relay: the payload is another.',
    );
  switch (kind) {
    case 'frame':
      return identifyFrame(request);
    case 'interaction':
      return identifyInteraction(request, settings);
    case 'webhook-event':
      return identifyWebhookEvent(request);
  }
}

function identifyFrame(request: VerifiedRequest): Identity {
  const { t: eventType } = readPayload(frame, request.payload);
  return {
    kind: 'delivery',
    id: `gateway:${request.headers[relayId] ?? ''}`,
    eventType,
    storedBody: withoutCredentials(request.payload),
  };
}

function identifyInteraction({ payload }: VerifiedRequest, settings: Settings): Identity {
  const { type } = readPayload(outer, payload);
  if (type === 1) return { kind: 'handshake', reply: { status: 200, body: { type: pong } } };
  const { id } = readPayload(interaction, payload);
  // Asked while somebody types: nothing has happened yet.
  if (type === autocomplete)
    return { kind: 'handshake', reply: { status: 200, body: { type: choices, data: { choices: [] } } } };
  const data = { content: settings.interaction_reply, flags: onlyForThePerson };
  return {
    kind: 'delivery',
    id: `interaction:${id}`,
    eventType: interactionTypeOf(type),
    reply: { status: 200, body: { type: message, data } },
    storedBody: withoutCredentials(payload),
  };
}

/** These carry no id: what happened, when and to whom, with a digest where the data names nobody. */
function identifyWebhookEvent({ payload, body }: VerifiedRequest): Identity {
  const reply = { status: 204, headers: { 'content-type': 'application/json' } };
  if (readPayload(outer, payload).type === 0) return { kind: 'handshake', reply };
  const { application_id: application, event } = readPayload(webhookEvent, payload);
  const who =
    subject.safeParse(event.data).data?.id ??
    owner.safeParse(event.data).data?.user.id ??
    sha256Hex(body).slice(0, 16);
  return {
    kind: 'delivery',
    id: [event.type, application, who, event.timestamp].join(':'),
    eventType: event.type,
    reply,
  };
}

/**
 * `token` answers an interaction for fifteen minutes, or opens a voice server; `session_id` with the address to resume at
 * takes a bot's session over.
 */
const credentials = new Set(['token', 'session_id', 'resume_gateway_url']);

function withoutCredentials(payload: unknown): Uint8Array {
  const withhold = (name: string, value: unknown) =>
    credentials.has(name) && typeof value === 'string' ? undefined : value;
  return Buffer.from(JSON.stringify(payload, withhold));
}
