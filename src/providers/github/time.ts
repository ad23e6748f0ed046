import { eventTime } from '#provider-kit';
import type { Delivery, EventTime } from '#provider-kit';

/**
 * Which time a mutation carries. The graph keeps the newest write, so a time may claim no more than the payload proves.
 *
 * 1. What the event is about has the time of its own last change (`updated_at`, `submitted_at`, `pushed_at` …), which
 *    is the event's time. Where GitHub gives none (labels, members) the event has the time of its receipt.
 * 2. What is shown beside it (the repository of an issue, the issue of a comment) is a snapshot with its own clock: its
 *    `updated_at`, not the event's time. So an old snapshot in a new event overwrites nothing.
 * 3. What is shown without a clock (a user, an organization, a label on an issue) has the event's time: the payload
 *    was made after it, so the snapshot is at least that new.
 * 4. GitHub counts whole seconds, and what belongs together falls into one: an issue is opened and labeled, a check is
 *    created and completed. The microseconds are free, so `moment` orders what the clock cannot tell apart.
 */
export const moment = {
  /** A snapshot beside something else. */
  shown: 0,
  begun: 1,
  changed: 2,
  running: 3,
  ended: 4,
  /** The one thing that the action names: this label was added. It holds against whatever list the same second shows. */
  named: 5,
  gone: 9,
} as const;

export type Moment = (typeof moment)[keyof typeof moment];
type Time = EventTime | null | undefined;

const moments: ReadonlyMap<string, Moment> = new Map<string, Moment>([
  ...['opened', 'created', 'requested', 'queued', 'waiting', 'submitted'].map(
    (a) => [a, moment.begun] as const,
  ),
  ['in_progress', moment.running],
  ...['closed', 'completed', 'dismissed'].map((a) => [a, moment.ended] as const),
  ['deleted', moment.gone],
]);

export function momentOf(action: string | null | undefined): Moment {
  return moments.get(action ?? '') ?? moment.changed;
}

/** The time with the order of the moment inside its second. A time that has decimals of its own keeps them. */
export function at(time: Time, order: Moment): EventTime | undefined {
  return time?.replace(/\.000000Z$/, `.00000${order}Z`);
}

export function latest(...times: readonly Time[]): EventTime | undefined {
  return times.reduce<EventTime | undefined>(
    (newest, time) => (time && (newest === undefined || time > newest) ? time : newest),
    undefined,
  );
}

/**
 * When something ceased to exist: GitHub shows its last change, not its end. The receipt is later than both, and an id
 * never comes back, so a redelivery does no harm; the last change bounds it where our clock is behind.
 */
export function goneAt(delivery: Delivery, lastChange?: Time): EventTime | undefined {
  return latest(eventTime(delivery.receivedAt), at(lastChange, moment.gone));
}
