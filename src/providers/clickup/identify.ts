import {
  boundedKey,
  type Identity,
  PayloadInvalidError,
  sha256Hex,
  type VerifiedRequest,
} from '#provider-kit';
import { automationEvent, idFields, resourceFieldOf } from './events.ts';
import { type Automation, type ClickUpWebhookEvent, readAutomation, readEvent } from './schema.ts';

/** Longer than ClickUp goes on retrying one event. */
const bucketMs = 10 * 60_000;
const longestReadableHistory = 64;

/**
 * ClickUp sends no delivery id, and one change as several events with the same history items: so the id is made of the
 * webhook, the event, the resource, the history items and a digest of the body, which a retry repeats byte by byte.
 * Events without history items are told apart by time: identical bodies within ten minutes are one delivery.
 */
export function identify(request: VerifiedRequest): Identity {
  const digest = sha256Hex(request.body).slice(0, 16);
  const automation = readAutomation(request.payload);
  if (automation !== undefined) return identifyAutomation(automation, digest);
  const event = readEvent(request.payload);
  const idAt = (moment: string) =>
    boundedKey([event.webhook_id, event.event, resourceOf(event), moment, digest].join(':'));
  const history = historyOf(event);
  if (history !== undefined) return { kind: 'delivery', id: idAt(history), eventType: event.event };
  const bucket = Math.floor(request.receivedAt.getTime() / bucketMs);
  return {
    kind: 'delivery',
    id: idAt(nameOf(bucket)),
    eventType: event.event,
    earlierIds: [idAt(nameOf(bucket - 1))],
  };
}

function identifyAutomation(
  { auto_id, id, trigger_id: trigger, date }: Automation,
  digest: string,
): Identity {
  const key = boundedKey([automationEvent, auto_id ?? id ?? '', trigger, date, digest].join(':'));
  return { kind: 'delivery', id: key, eventType: automationEvent };
}

/** @throws PayloadInvalidError where a documented event lacks the id of its resource */
function resourceOf(event: ClickUpWebhookEvent): string {
  const field = resourceFieldOf(event.event);
  const id = field === undefined ? idFields.map((name) => event[name]).find(Boolean) : event[field];
  if (field !== undefined && !id) {
    throw new PayloadInvalidError(`The payload's ${field} is missing: ${event.event} must have one.`);
  }
  return id ?? '-';
}

/** The ids of the history items, in an order of their own; many of them by their number and a digest. */
function historyOf({ history_items: items }: ClickUpWebhookEvent): string | undefined {
  const ids = (items ?? []).flatMap(({ id }) => id ?? []).sort();
  if (ids.length === 0) return undefined;
  const readable = ids.join('+');
  return readable.length <= longestReadableHistory
    ? readable
    : `${ids.length}-${sha256Hex(readable).slice(0, 16)}`;
}

/** A bucket by the minute that it begins at: `2026-11-24T13:20Z`. */
function nameOf(bucket: number): string {
  return `${new Date(bucket * bucketMs).toISOString().slice(0, 16)}Z`;
}
