import { eventTime, type EventTime, SignatureInvalidError } from '#provider-kit';
import type { Timestamp, Unit } from './schemes.ts';

/** Milliseconds since 1970 of a timestamp as a sender writes it; undefined where it is none. */
export function readTimestamp(text: string, unit: Unit): number | undefined {
  if (unit === 'iso8601') {
    const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? eventTime(text) : undefined;
    return time === undefined ? undefined : Date.parse(time);
  }
  const digits = unit === 'seconds' ? /^\d{1,12}$/ : /^\d{1,15}$/;
  if (!digits.test(text)) return undefined;
  return Number(text) * (unit === 'seconds' ? 1000 : 1);
}

export function writeTimestamp(at: Date, unit: Unit): string {
  if (unit === 'iso8601') return at.toISOString();
  return String(unit === 'seconds' ? Math.floor(at.getTime() / 1000) : at.getTime());
}

/** @throws SignatureInvalidError where it is no time, or further from the reception than the tolerance, either way */
export function checkTimestamp(
  text: string | undefined,
  rule: Pick<Timestamp, 'unit' | 'tolerance_seconds'>,
  receivedAt: Date,
): void {
  if (text === undefined || text === '') throw new SignatureInvalidError('timestamp-missing');
  const at = readTimestamp(text, rule.unit);
  if (at === undefined) throw new SignatureInvalidError('timestamp-malformed');
  if (Math.abs(receivedAt.getTime() - at) > rule.tolerance_seconds * 1000) {
    throw new SignatureInvalidError('timestamp-outside-tolerance');
  }
}

/** The event time where the sender's text is one. */
export function eventTimeOf(text: string | undefined, unit: Unit): EventTime | undefined {
  if (text === undefined) return undefined;
  return unit === 'iso8601' ? eventTime(text) : eventTime(readTimestamp(text, unit));
}
