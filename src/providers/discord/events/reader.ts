import type { EventTime, Mutation } from '#provider-kit';

export interface Meaning {
  /** Where the payload tells none, it happened when it was received. */
  readonly at?: EventTime | undefined;
  readonly mutations: readonly Mutation[];
}

export type EventReader = (data: unknown) => Meaning;
