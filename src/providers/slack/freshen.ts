import { parseJson, sha256Hex } from '#provider-kit';
import { envelope } from './schema.ts';

interface Fresh {
  readonly id: string;
  readonly at: Date;
}

/** A sample as if it had just happened: with an event id, a time and, where it is a new message, a `ts` of its own. */
export function freshen(payload: unknown, { id, at }: Fresh): unknown {
  const { data } = envelope.safeParse(payload);
  const seconds = Math.floor(at.getTime() / 1000);
  if (data === undefined) return { ...(payload as object), minute_rate_limited: seconds };
  const { event } = data;
  const now = `${seconds}.${String(at.getTime() % 1000).padStart(3, '0')}${digits(id)}`;
  const times = {
    ...(event.event_ts ? { event_ts: now } : {}),
    ...(event.ts && event.ts === event.event_ts ? { ts: now } : {}),
  };
  return { ...data, event_id: id, event_time: seconds, event: { ...event, ...times } };
}

/** The same of a command or an interaction, which the trigger tells apart. */
export function freshenForm(form: string, { id }: Fresh): string {
  const fields = new URLSearchParams(form);
  const payload = fields.get('payload');
  if (payload === null) fields.set('trigger_id', id);
  else {
    const interaction = parseJson(Buffer.from(payload)) as object;
    fields.set('payload', JSON.stringify({ ...interaction, trigger_id: id }));
  }
  return fields.toString();
}

/** Microseconds that a Date does not have, so that two samples of one millisecond are two messages. */
function digits(seed: string): string {
  return String(Number.parseInt(sha256Hex(seed).slice(0, 8), 16) % 1000).padStart(3, '0');
}
