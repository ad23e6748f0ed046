import { type Delivery, type Mutation, type Normalized, readPayload } from '#provider-kit';
import { applicationMutations, entitlementEvents } from './events/application.ts';
import { channelEvents } from './events/channel.ts';
import { guildEvents } from './events/guild.ts';
import { interactionMeaning } from './events/interaction.ts';
import { messageEvents } from './events/message.ts';
import { touched } from './events/other.ts';
import { reactionEvents } from './events/reaction.ts';
import type { EventReader } from './events/reader.ts';
import { timeOf } from './graph.ts';
import { frame, kindOf, webhookEvent } from './schema.ts';

/** The gateway and the webhooks call the same thing by the same name, where both have it. */
const readers: ReadonlyMap<string, EventReader> = new Map(
  Object.entries({
    ...messageEvents,
    ...reactionEvents,
    ...channelEvents,
    ...guildEvents,
    ...entitlementEvents,
  }),
);

export function normalize({ delivery: { payload } }: { readonly delivery: Delivery }): Normalized {
  switch (kindOf(payload)) {
    case 'interaction':
      return interactionMeaning(payload);
    case 'webhook-event': {
      const { application_id: application, event } = readPayload(webhookEvent, payload);
      const { mutations } = readerOf(event.type)(event.data);
      const all = [...mutations, ...applicationMutations(event.type, application, event.data)];
      return { eventTime: timeOf(event.timestamp), mutations: unique(all) };
    }
    case 'frame': {
      const { t: type, d: data } = readPayload(frame, payload);
      const { at, mutations } = readerOf(type)(data);
      return { eventTime: at, mutations: unique(mutations) };
    }
  }
}

function readerOf(type: string): EventReader {
  return readers.get(type) ?? touched;
}

/** The same user acts and is acted upon: once is enough. */
function unique(mutations: readonly Mutation[]): Mutation[] {
  return [...new Map(mutations.map((mutation) => [JSON.stringify(mutation), mutation])).values()];
}
