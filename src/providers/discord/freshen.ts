import { sha256Hex } from '#provider-kit';
import { kindOf, webhookEvent } from './schema.ts';

const discordEpochMs = 1420070400000n;

/** A sample as if it had just happened: an interaction with an id of its moment, a webhook event at its time. */
export function freshen(payload: unknown, { id, at }: { readonly id: string; readonly at: Date }): unknown {
  const given = payload as Record<string, unknown>;
  const now = snowflakeOf(at, id);
  switch (kindOf(payload)) {
    case 'interaction':
      return { ...given, id: now };
    case 'webhook-event': {
      const { data } = webhookEvent.safeParse(payload);
      const timestamp = `${at.toISOString().slice(0, -1)}${microseconds(id)}`;
      return data === undefined ? payload : { ...data, event: { ...data.event, timestamp } };
    }
    case 'frame':
      return given['t'] === 'MESSAGE_CREATE'
        ? { ...given, d: { ...(given['d'] as object), id: now, timestamp: at.toISOString() } }
        : payload; // its id is a header
  }
}

/** 42 bits of time, 22 that tell apart what happens in one millisecond. */
function snowflakeOf(at: Date, seed: string): string {
  const random = BigInt(`0x${sha256Hex(seed).slice(0, 8)}`) & 0x3fffffn;
  return String(((BigInt(at.getTime()) - discordEpochMs) << 22n) | random);
}

function microseconds(seed: string): string {
  return String(Number.parseInt(sha256Hex(seed).slice(0, 8), 16) % 1000).padStart(3, '0');
}
