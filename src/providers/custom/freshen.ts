import type { Settings } from './settings.ts';
import type { Template } from './template.ts';
import { writeTimestamp } from './timestamp.ts';

interface Fresh {
  readonly id: string;
  readonly at: Date;
}

/** A sample as if it had just happened: with a new id and the time of now, where the settings find them in the body. */
export function freshen(payload: unknown, { id, at }: Fresh, settings?: Settings): unknown {
  if (settings === undefined) return payload;
  const { delivery_id: deliveryId, event_time: eventTime, signature } = settings;
  const timestamp = 'timestamp' in signature ? signature.timestamp : undefined;
  const fresh = structuredClone(payload);
  put(fresh, deliveryId, id);
  if (eventTime !== undefined) put(fresh, eventTime.from, writeTimestamp(at, eventTime.unit));
  if (timestamp !== undefined) put(fresh, timestamp.from, writeTimestamp(at, timestamp.unit));
  return fresh;
}

/** Where a template is one place in the body that has a value: a text stays one, and a number a number. */
function put(payload: unknown, template: Template | undefined, text: string): void {
  const [part, ...others] = template?.parts ?? [];
  if (part?.kind !== 'path' || others.length > 0) return;
  const steps = part.name.split('.');
  const last = steps.pop() ?? '';
  const holder = steps.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), payload);
  if (!isObject(holder) || !Object.hasOwn(holder, last)) return;
  if (typeof holder[last] === 'string') holder[last] = text;
  else if (typeof holder[last] === 'number' && Number.isFinite(Number(text))) holder[last] = Number(text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
