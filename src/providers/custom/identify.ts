import {
  boundedKey,
  type Identity,
  PayloadInvalidError,
  sha256Hex,
  type VerifiedRequest,
} from '#provider-kit';
import { checkBody } from './body-schema.ts';
import type { Settings } from './settings.ts';
import { fillText, requireText, type Template, type Values } from './template.ts';

/** Identical bodies within this time are one delivery where the sender gives no id. */
const bucketMs = 10 * 60_000;

export function identify(request: VerifiedRequest, settings: Settings): Identity {
  const values: Values = { headers: request.headers, body: request.body, payload: request.payload };
  const { challenge } = settings;
  if (challenge !== undefined && isPresent(challenge.when, values)) {
    const body = requireText(challenge.reply, values, 'challenge');
    return {
      kind: 'handshake',
      reply: { status: 200, body, headers: { 'content-type': challenge.content_type } },
    };
  }
  if (settings.body_schema !== undefined) checkBody(settings.body_schema, request.payload);
  const eventType = requireText(settings.event_type, values, 'event type');
  return { kind: 'delivery', eventType, ...idOf(request, settings.delivery_id, values) };
}

function isPresent(template: Template, values: Values): boolean {
  return (fillText(template, values) ?? '') !== '';
}

function idOf(
  request: VerifiedRequest,
  template: Template | undefined,
  values: Values,
): { id: string; earlierIds?: readonly string[] } {
  if (template !== undefined) {
    const id = requireText(template, values, 'delivery id');
    if (id.length > 1000) throw new PayloadInvalidError('The delivery id has more than 1,000 characters.');
    return { id: boundedKey(id) };
  }
  const digest = sha256Hex(request.body).slice(0, 32);
  const bucket = Math.floor(request.receivedAt.getTime() / bucketMs);
  return { id: `${digest}-${bucket}`, earlierIds: [`${digest}-${bucket - 1}`] };
}
