import { type Delivery, eventTime, type Mutation, type Normalized, readPayload } from '#provider-kit';
import { channelEvents } from './events/channel.ts';
import { fileEvents } from './events/file.ts';
import { commandMutations, interactionMeaning } from './events/interaction.ts';
import { itemEvents } from './events/item.ts';
import { messageEvents, otherMessage } from './events/message.ts';
import { channelPlace, touched } from './events/other.ts';
import { personEvents } from './events/person.ts';
import type { EventReader } from './events/reader.ts';
import { surroundings, workspaceEvents } from './events/workspace.ts';
import { formType, readForm } from './form.ts';
import { ref, timeOf, timeOfSeconds, upsert } from './graph.ts';
import { type Envelope, envelope, eventTypeOf, rateLimit } from './schema.ts';

const readers: ReadonlyMap<string, EventReader> = new Map(
  Object.entries({
    ...messageEvents,
    ...channelEvents,
    ...personEvents,
    ...fileEvents,
    ...itemEvents,
    ...workspaceEvents,
  }),
);

export function normalize({ delivery }: { readonly delivery: Delivery }): Normalized {
  const { contentType, payload } = delivery;
  if (contentType === formType) return meaningOfForm(payload);
  if (rateLimit.safeParse(payload).success) return meaningOfRateLimit(payload);
  const given = readPayload(envelope, payload);
  return {
    eventTime: timeOfEvent(given),
    mutations: unique([
      ...readerOf(given)(given.event, given),
      ...channelPlace(given),
      ...surroundings(given),
    ]),
  };
}

/** An event without a reader says still where it happened and who was there. */
function readerOf({ event }: Envelope): EventReader {
  const reader = readers.get(eventTypeOf(event));
  if (reader !== undefined) return reader;
  return event.type === 'message' ? otherMessage : () => touched(event);
}

function meaningOfForm(payload: unknown): Normalized {
  const form = readForm(payload);
  if (form.kind === 'command') return { mutations: unique(commandMutations(form.payload)) };
  const { eventTime: at, mutations } = interactionMeaning(form.payload);
  return { eventTime: at, mutations: unique(mutations) };
}

function meaningOfRateLimit(payload: unknown): Normalized {
  const { api_app_id: app, minute_rate_limited: minute } = readPayload(rateLimit, payload);
  const at = eventTime(minute * 1000);
  return { eventTime: at, mutations: [upsert(ref.application(app), { rate_limited_at: at })] };
}

/** To the microsecond where the event has a time of its own; `event_time` has whole seconds. */
function timeOfEvent({ event, event_time: sentAt }: Envelope) {
  const own = event.event_ts ?? (event.type === 'message' ? event.ts : undefined);
  return timeOf(own) ?? timeOfSeconds(sentAt);
}

/** The same user acts and is acted upon: once is enough. */
function unique(mutations: readonly Mutation[]): Mutation[] {
  return [...new Map(mutations.map((mutation) => [JSON.stringify(mutation), mutation])).values()];
}
