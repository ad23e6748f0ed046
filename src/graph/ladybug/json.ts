import type { LbugValue } from '@ladybugdb/core';
import { eventTime } from '../event-time.ts';

/** A value of a result as JSON: nodes, relationships and paths, without what the store keeps for itself. */
export function asJson(value: LbugValue | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return eventTime(value) ?? null;
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [JSON.stringify(asJson(key)), asJson(item)]));
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object') return value;
  if ('_nodes' in value && '_rels' in value)
    return { nodes: asJson(value._nodes as LbugValue), relationships: asJson(value._rels as LbugValue) };
  const entries = Object.entries(value as Record<string, LbugValue>);
  return Object.fromEntries(
    entries
      .filter(([name, item]) => name === '_label' || (!name.startsWith('_') && item !== null))
      .map(([name, item]) => [name === '_label' ? 'label' : name, asJson(item)]),
  );
}

/** The engine takes a Date for a day and drops its hours; a text beside a timestamp it reads as one. */
export function asParameters(given: Readonly<Record<string, unknown>>): Record<string, LbugValue> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      (value instanceof Date ? (eventTime(value) ?? null) : value) as LbugValue,
    ]),
  );
}
