import type { PlannedNode } from '../backend.ts';
import { decodeClock, deletionOf, encodeClock, type NodeState, splitStamp } from '../clock.ts';
import { deliveryProperties } from '../core-model.ts';
import type { PropertyType } from '../model.ts';
import type { NodeRef, PropertyValue } from '../mutation.ts';
import type { DeliveryChange } from '../store.ts';
import { decodeMutations, encodeMutations } from '../wrote.ts';
import type { Columns, NodeRow } from './dialect.ts';

type Properties = Readonly<Record<string, PropertyType>>;

export const deliveryColumns: Columns = Object.entries({ ...deliveryProperties, _wrote: 'string' } as const);

export function deliveryRow(change: DeliveryChange): NodeRow {
  return {
    key: change.key,
    values: {
      provider: change.provider,
      delivery_id: change.deliveryId,
      event_type: change.eventType,
      received_at: change.receivedAt,
      event_time: change.eventTime,
      body_sha256: change.bodySha256,
      run_id: change.runId,
      first_run_id: change.firstRunId,
      conflict: change.conflict === true,
      _wrote: encodeMutations(change.mutations),
    },
  };
}

/** The delivery of a row, as it was applied. */
export function changeOfRow({ key, values }: NodeRow): DeliveryChange {
  const text = (name: string): string => values[name] as string;
  return {
    key,
    provider: text('provider'),
    deliveryId: text('delivery_id'),
    eventType: text('event_type'),
    receivedAt: new Date(text('received_at')).toISOString(),
    eventTime: text('event_time'),
    bodySha256: text('body_sha256'),
    ...(values['conflict'] === true ? { conflict: true } : {}),
    runId: text('run_id'),
    firstRunId: text('first_run_id'),
    mutations: decodeMutations(text('_wrote')),
  };
}

const clockColumns: Columns = [['_clock', 'string']];

/** The columns that a plan writes of a node: its properties, and what the store keeps beside them. */
export function nodeColumns(properties: Properties, write: PlannedNode['write']): Columns {
  if (write === 'clock') return clockColumns;
  return [...Object.entries(properties), ['deleted_at', 'time'], ...clockColumns];
}

/** With all of its columns, whichever are written. */
export function nodeRow(state: NodeState, properties: Properties): NodeRow {
  const values = Object.keys(properties).map((name) => [name, state.values.get(name) ?? null] as const);
  const deletion = deletionOf(state);
  return {
    key: state.ref.key,
    values: {
      ...Object.fromEntries(values),
      deleted_at: deletion === undefined ? null : splitStamp(deletion).at,
      _clock: encodeClock(state),
    },
  };
}

/** Properties that nobody wrote are null; what was written to be null is known from the clock. */
export function stateOf(
  ref: NodeRef,
  clock: string,
  values: readonly (readonly [string, PropertyValue])[],
): NodeState {
  const state = decodeClock(ref, clock, new Map(values));
  for (const [name] of values) if (!state.written.has(name)) state.values.delete(name);
  return state;
}
