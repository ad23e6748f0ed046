import { type EventTime, type Normalized, type NormalizeInput } from '#provider-kit';
import { applyMapping } from './mapping.ts';
import type { Settings } from './settings.ts';
import { fillText } from './template.ts';
import { eventTimeOf } from './timestamp.ts';

/** By the mapping of the configuration; a sender without one is kept as deliveries alone. */
export async function normalize({
  delivery,
  settings,
}: NormalizeInput<Settings, never>): Promise<Normalized> {
  const time = eventTimeIn(delivery.payload, settings);
  if (settings.mapping === undefined) return { eventTime: time, mutations: [] };
  const event = {
    provider: delivery.provider,
    delivery_id: delivery.id,
    type: delivery.eventType,
    received_at: delivery.receivedAt,
  };
  return {
    eventTime: time,
    mutations: await applyMapping(settings.mapping, { payload: delivery.payload, event }),
  };
}

/** A header is gone by now, so only a time in the body counts; without one, the reception is the time. */
function eventTimeIn(payload: unknown, { event_time: rule }: Settings): EventTime | undefined {
  if (rule === undefined) return undefined;
  return eventTimeOf(fillText(rule.from, { headers: {}, payload }), rule.unit);
}
