import { randomUUID } from 'node:crypto';
import { ParameterInvalidError } from '../errors.ts';
import type { Fixture, Provider } from '../providers/provider.ts';

/** An honest request, ready to be posted. */
export interface SignedSample {
  readonly deliveryId: string;
  readonly eventType: string;
  /** Below the provider's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What of a fixture is sent. */
export type Sample = Pick<Fixture, 'eventType' | 'headers' | 'path' | 'payload' | 'form'>;

export interface SampleRequest {
  readonly provider: Provider;
  readonly settings: unknown;
  readonly fixture: Sample;
  /** To be sent as they stand, in place of the fixture's. */
  readonly body?: Uint8Array | undefined;
  readonly deliveryId?: string | undefined;
}

/** Signs a fixture with the provider's own code, made fresh so that it is no duplicate of an earlier one. */
export function makeSample({ provider, settings, fixture, ...given }: SampleRequest): SignedSample {
  const deliveryId = given.deliveryId ?? randomUUID();
  const sentAt = new Date();
  const { eventType } = fixture;
  const fresh = { id: deliveryId, at: sentAt };
  const body = given.body ?? bodyOf(fixture, provider, { fresh, settings });
  const isForm = given.body === undefined && fixture.form !== undefined;
  return {
    deliveryId,
    eventType,
    path: fixture.path ?? '',
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      ...fixture.headers,
      ...provider.sign({ body, deliveryId, eventType, sentAt }, settings),
    },
    body,
  };
}

interface Freshness {
  readonly fresh: { readonly id: string; readonly at: Date };
  readonly settings: unknown;
}

function bodyOf(fixture: Sample, provider: Provider, { fresh, settings }: Freshness): Uint8Array {
  const { form } = fixture;
  if (form !== undefined) return Buffer.from(provider.freshenForm?.(form, fresh) ?? form);
  const payload = provider.freshen?.(fixture.payload, fresh, settings) ?? fixture.payload;
  return Buffer.from(JSON.stringify(payload));
}

/** The fixture of an event, by the name of either. Without one it is the event that the provider names first. */
export function findFixture(
  fixtures: readonly Fixture[],
  provider: Provider,
  wanted: string | undefined,
): Fixture | undefined {
  const event = wanted ?? provider.events[0];
  return (
    fixtures.find(({ name }) => name === event) ??
    fixtures.find(({ eventType }) => eventType === event) ??
    (wanted === undefined ? fixtures[0] : undefined)
  );
}

/** @throws ParameterInvalidError which lists what there is */
export function chooseFixture(
  fixtures: readonly Fixture[],
  provider: Provider,
  wanted: string | undefined,
): Fixture {
  const found = findFixture(fixtures, provider, wanted);
  if (found !== undefined) return found;
  const names = [...new Set(fixtures.map(({ eventType }) => eventType))].sort();
  throw new ParameterInvalidError(
    `There is no sample of ${provider.name} ${wanted ?? ''}; there are: ${names.join(', ') || 'none'}. --file sends one of your own.`,
  );
}
