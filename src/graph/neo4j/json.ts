import neo4j from 'neo4j-driver';
import { eventTime } from '../event-time.ts';
import { dateTimeOf, textOfDateTime } from './values.ts';

/** A value of a result as JSON: nodes and relationships with their label, without what the store keeps for itself. */
export function asJson(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (neo4j.isNode(value)) return described(value.labels[0], value.properties);
  if (neo4j.isRelationship(value)) return described(value.type, value.properties);
  if (neo4j.isPath(value)) {
    const { start, segments } = value;
    return {
      nodes: [start, ...segments.map(({ end }) => end)].map(asJson),
      relationships: segments.map(({ relationship }) => asJson(relationship)),
    };
  }
  if (neo4j.isDateTime(value)) return textOfDateTime(value as never);
  if (isPlain(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asJson(item)]));
  return (value as { toString(): string }).toString(); // dates, times, durations and points as Cypher writes them
}

function described(label: string | undefined, properties: object): Record<string, unknown> {
  const own = Object.entries(properties).filter(([name, item]) => !name.startsWith('_') && item !== null);
  return { label, ...Object.fromEntries(own.map(([name, item]) => [name, asJson(item)])) };
}

/** Parameters of a query: whole numbers as integers, for a number goes as a float, which LIMIT does not take. */
export function asParameter(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(asParameter);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return asDateTime(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asParameter(item)]));
}

/** The driver knows no Date; one that is no time is null. */
function asDateTime(date: Date): unknown {
  const text = eventTime(date);
  return text === undefined ? null : dateTimeOf(text);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
