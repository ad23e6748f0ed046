import type { ParameterOf, Values } from './parameters.ts';
import type { Cell, Row } from './saved-query.ts';

/** The last so many hours until a time: the parameters, and what becomes of them. */
export const windowParameters = {
  hours: { kind: 'number', min: 1, max: 87_600, default: 24, meaning: 'How far back.' },
  until: { kind: 'time', meaning: 'The end of these hours.' },
} as const satisfies Record<string, ParameterOf>;

const msPerHour = 3_600_000;

export function sinceOf({ hours, until }: Values): Values {
  return { since: new Date((until as Date).getTime() - (hours as number) * msPerHour) };
}

export const inWindow = 'd.event_time > $since AND d.event_time <= $until';

/** What every question about deliveries tells of one. */
export const deliveryColumns =
  'd.event_time AS at, d.provider AS provider, d.event_type AS event, d.key AS delivery';

export function deliveryCells({ at, provider, event, delivery }: Row): Record<string, Cell> {
  return { at, provider, event, delivery } as Record<string, Cell>;
}
