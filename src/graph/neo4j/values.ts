import neo4j, { type DateTime } from 'neo4j-driver';
import { eventTime } from '../event-time.ts';
import type { PropertyType } from '../model.ts';
import type { PropertyValue } from '../mutation.ts';

/** A property as the driver sends it: an integer is a bigint, for a number goes as a float. */
export function toBolt(value: PropertyValue | undefined, type: PropertyType): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'integer') return BigInt(value as number);
  if (type === 'time') return dateTimeOf(value as string);
  return value;
}

export function fromBolt(value: unknown, type: PropertyType): PropertyValue {
  if (value === undefined || value === null) return null;
  if (type === 'integer' || type === 'float') return Number(value);
  if (type === 'time') return textOfDateTime(value as DateTime<bigint>);
  return value as PropertyValue;
}

/** Of an ISO text in UTC, with any number of decimals up to the nanosecond. */
export function dateTimeOf(text: string): DateTime<number> {
  const [date, decimals = ''] = text.slice(0, -1).split('.') as [string, string?];
  const [year, month, day, hour, minute, second] = date.split(/[-T:]/).map(Number) as Parts;
  const nanoseconds = Number(decimals.padEnd(9, '0'));
  return new neo4j.types.DateTime(year, month, day, hour, minute, second, nanoseconds, 0);
}

type Parts = [number, number, number, number, number, number];

/** In UTC; what is finer than a microsecond is cut. */
export function textOfDateTime(value: DateTime<bigint>): string {
  const micros = String((Number(value.nanosecond) / 1000) | 0).padStart(6, '0');
  const text = eventTime(value.toStandardDate());
  return text === undefined ? value.toString() : `${text.slice(0, 20)}${micros}Z`;
}
