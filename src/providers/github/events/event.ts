import type { Delivery, EventTime, Mutation } from '#provider-kit';

/** What an event says: its time where the payload has one, and the changes, the most important first. */
export interface Meaning {
  readonly at?: EventTime | undefined;
  readonly mutations: readonly Mutation[];
}

/** Reads one type of event. @throws PayloadInvalidError which names the field that is missing */
export type EventReader = (payload: object, delivery: Delivery) => Meaning;
