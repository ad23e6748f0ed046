import { sha256Hex, type Delivery } from '../delivery.ts';
import { formType, parsePayload } from '../payload.ts';
import type { Fixture, Normalized, Provider, VerifiedRequest } from './provider.ts';

/** A fixture as its sender would post it. */
export interface Example {
  readonly provider: Provider;
  readonly fixture: Fixture;
  readonly settings: unknown;
  readonly request: VerifiedRequest;
  /** Of the headers, those that `sign` gave. */
  readonly signed: readonly string[];
}

/** The id that an example is signed with. */
export const signedId = 'conformance-1';

/** Settings to try a provider with, for a fixture with those that it needs beside. */
export function exampleSettings(provider: Provider, fixture?: Fixture): Readonly<Record<string, unknown>> {
  const example = provider.exampleSettings ?? { webhook_secret: 'a-secret-of-the-conformance-suite' };
  return { ...example, ...fixture?.settings };
}

export function exampleOf(provider: Provider, fixture: Fixture): Example {
  const settings = provider.settings.parse(exampleSettings(provider, fixture));
  const body = Buffer.from(fixture.form ?? JSON.stringify(fixture.payload));
  const contentType = fixture.form === undefined ? 'application/json' : formType;
  const receivedAt = new Date(fixture.receivedAt);
  const { eventType, path = '', query = '' } = fixture;
  const signature = provider.sign({ body, deliveryId: signedId, eventType, sentAt: receivedAt }, settings);
  const request = {
    headers: { 'content-type': contentType, ...fixture.headers, ...signature },
    repeatedHeaders: new Set<string>(),
    ...{ body, contentType, path, query, receivedAt },
    payload: parsePayload(body, contentType),
  };
  const signed = Object.keys(signature).filter((name) => name !== 'content-type');
  return { provider, fixture, settings, request, signed };
}

export function deliveryOf({ provider, request, fixture: { eventType, receivedAt } }: Example): Delivery {
  const { contentType, payload, body } = request;
  const head = { provider: provider.name, id: signedId, eventType, receivedAt, contentType };
  return { ...head, bodySha256: sha256Hex(body), payload };
}

export async function normalizeExample(
  example: Example,
  delivery = deliveryOf(example),
): Promise<Normalized> {
  const { provider, settings, fixture } = example;
  return await provider.normalize({ delivery, settings, enrichment: fixture.enrichment });
}
