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

/** Of an event time, to the microsecond. */
export function dateTimeOf(text: string): DateTime<number> {
  const [year, month, day, hour, minute, second, micros] = (text.match(/\d+/g) ?? []).map(Number) as Parts;
  return new neo4j.types.DateTime(year, month, day, hour, minute, second, micros * 1000, 0);
}

type Parts = [number, number, number, number, number, number, number];

/** In UTC; what is finer than a microsecond is cut. */
export function textOfDateTime(value: DateTime<bigint>): string {
  const micros = String((Number(value.nanosecond) / 1000) | 0).padStart(6, '0');
  const text = eventTime(value.toStandardDate());
  return text === undefined ? value.toString() : `${text.slice(0, 20)}${micros}Z`;
}
