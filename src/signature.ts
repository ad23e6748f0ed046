import { createHmac, timingSafeEqual } from 'node:crypto';
import { SignatureInvalidError } from './errors.ts';

/** Lower-case hex of HMAC-SHA256 of the bytes, keyed with the secret's text. */
export function hmacSha256Hex(secret: string, ...parts: readonly (string | Uint8Array)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** Compares without telling by its time where two texts differ. Only the length is not hidden. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(expected, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The request as it came: nothing in it is trusted before `verify` returned. */
export interface RawRequest {
  /** Names in lower case; a header that was sent more than once is in `repeatedHeaders` too. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names, in lower case, of the headers that were sent more than once. */
  readonly repeatedHeaders: ReadonlySet<string>;
  /** The bytes after transfer and content encoding were undone. */
  readonly body: Uint8Array;
  /** Media type without parameters, lower case; '' where none was sent. */
  readonly contentType: string;
  /** Path below `/webhooks/:provider`, '' at the provider's own address. */
  readonly path: string;
  /** The query as it was sent, with its question mark; '' where there was none. */
  readonly query: string;
  readonly receivedAt: Date;
}

/**
 * The value of a header that the signature depends on.
 *
 * @throws SignatureInvalidError where it is missing, empty, or was sent more than once
 */
export function signatureHeader(request: RawRequest, name: string): string {
  const value = request.headers[name];
  if (value === undefined || value === '') throw new SignatureInvalidError('header-missing', name);
  if (request.repeatedHeaders.has(name)) throw new SignatureInvalidError('header-repeated', name);
  return value;
}
