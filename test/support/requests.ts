import type { RawRequest } from '../../src/signature.ts';

/** A request as the ingress would hand it to a provider, with what a test does not care about filled in. */
export function rawRequest(
  given: Partial<Omit<RawRequest, 'body'>> & { readonly body: Uint8Array | string },
): RawRequest {
  return {
    headers: {},
    repeatedHeaders: new Set(),
    contentType: 'application/json',
    path: '',
    query: '',
    receivedAt: new Date('2026-11-24T12:00:00.000Z'),
    ...given,
    body: typeof given.body === 'string' ? Buffer.from(given.body) : given.body,
  };
}
