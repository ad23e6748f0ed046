import type { Mutation } from '#provider-kit';
import type { Envelope } from '../schema.ts';

/**
 * What an event means, at its own time. A node is upserted only where the event proves that it is there: to take a pin
 * off, or a reaction, may be the echo of a deletion, and must not revive what was deleted.
 */
export type EventReader = (event: unknown, envelope: Envelope) => readonly Mutation[];
