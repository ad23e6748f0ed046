import type { EventTime } from './event-time.ts';
import type { NodeRef, PropertyValue } from './mutation.ts';

/**
 * `<event time> <delivery key>`: comparing the texts compares when it happened and then, for a tie, the delivery.
 * Everything that the graph remembers is a maximum of stamps, so order and repetition cannot matter.
 */
export type Stamp = string;

export function stampOf(at: EventTime, deliveryKey: string): Stamp {
  return `${at} ${deliveryKey}`;
}

export function splitStamp(stamp: Stamp): { at: EventTime; delivery: string } {
  const space = stamp.indexOf(' ');
  return { at: stamp.slice(0, space), delivery: stamp.slice(space + 1) };
}

/** What a store knows of one node. */
export interface NodeState {
  readonly ref: NodeRef;
  readonly values: Map<string, PropertyValue>;
  /** For each property the stamp of its newest write. */
  readonly written: Map<string, Stamp>;
  /** The newest claim that the node exists, and the newest that it ceased to. */
  alive: Stamp | undefined;
  dead: Stamp | undefined;
  /** By direction and type (`>ASSIGNED_TO`): when the list of these edges was last stated in full. */
  readonly stated: Map<string, Stamp>;
  /** By type and other end (`ASSIGNED_TO clickup:user:1`): when an edge from this node last ended. */
  readonly ended: Map<string, Stamp>;
}

export function emptyState(ref: NodeRef): NodeState {
  return {
    ref,
    values: new Map(),
    written: new Map(),
    alive: undefined,
    dead: undefined,
    stated: new Map(),
    ended: new Map(),
  };
}

/** The time of the deletion of a node that is deleted now. In one delivery, a deletion wins. */
export function deletionOf({ alive, dead }: NodeState): Stamp | undefined {
  return dead !== undefined && (alive === undefined || dead >= alive) ? dead : undefined;
}

interface EncodedClock {
  /** Properties by the stamp of their newest write: many share one. */
  readonly p?: Record<Stamp, string[]>;
  readonly a?: Stamp;
  readonly d?: Stamp;
  readonly s?: Record<string, Stamp>;
  readonly e?: Record<string, Stamp>;
}

/** The clock of a node as text: all of its state but the values. The same state gives the same text. */
export function encodeClock(state: NodeState): string {
  const byStamp: Record<Stamp, string[]> = {};
  for (const [property, stamp] of sorted(state.written)) (byStamp[stamp] ??= []).push(property);
  const clock: EncodedClock = {
    ...(state.written.size > 0 ? { p: byStamp } : {}),
    ...(state.alive === undefined ? {} : { a: state.alive }),
    ...(state.dead === undefined ? {} : { d: state.dead }),
    ...(state.stated.size > 0 ? { s: Object.fromEntries(sorted(state.stated)) } : {}),
    ...(state.ended.size > 0 ? { e: Object.fromEntries(sorted(state.ended)) } : {}),
  };
  return JSON.stringify(clock);
}

export function decodeClock(
  ref: NodeRef,
  clock: string,
  values: ReadonlyMap<string, PropertyValue>,
): NodeState {
  const { p, a, d, s, e } = JSON.parse(clock) as EncodedClock;
  const written = Object.entries(p ?? {}).flatMap(([stamp, properties]) =>
    properties.map((property) => [property, stamp] as const),
  );
  return {
    ref,
    values: new Map(values),
    written: new Map(written),
    alive: a,
    dead: d,
    stated: new Map(Object.entries(s ?? {})),
    ended: new Map(Object.entries(e ?? {})),
  };
}

function sorted(map: ReadonlyMap<string, Stamp>): [string, Stamp][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
