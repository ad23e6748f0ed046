import type { PlannedNode } from './backend.ts';
import { deletionOf, encodeClock, type NodeState, type Stamp } from './clock.ts';
import type { PropertyValue } from './mutation.ts';

/** A node as it was, to be held against what becomes of it: states are folded into. */
export interface Snapshot {
  readonly clock: string;
  readonly values: ReadonlyMap<string, PropertyValue>;
  readonly deletion: Stamp | undefined;
}

export function snapshotOf(state: NodeState): Snapshot {
  return { clock: encodeClock(state), values: new Map(state.values), deletion: deletionOf(state) };
}

/**
 * What is to write of a node. Most nodes that events name are as they were, a repository or a channel; only their clocks
 * move, and not even those where an event does no more than link to them.
 *
 * @param before undefined where it is not there yet
 * @returns undefined where nothing is
 */
export function planNode(state: NodeState, before: Snapshot | undefined): PlannedNode | undefined {
  if (before === undefined) return { state, write: 'made' };
  const isSame = before.deletion === deletionOf(state) && hasValues(state, before.values);
  if (!isSame) return { state, write: 'whole' };
  return before.clock === encodeClock(state) ? undefined : { state, write: 'clock' };
}

function hasValues({ values }: NodeState, known: ReadonlyMap<string, PropertyValue>): boolean {
  return values.size === known.size && [...values].every(([name, value]) => isEqual(value, known.get(name)));
}

function isEqual(value: PropertyValue, known: PropertyValue | undefined): boolean {
  if (!Array.isArray(value) || !Array.isArray(known)) return value === known;
  return value.length === known.length && value.every((item, index) => item === known[index]);
}
