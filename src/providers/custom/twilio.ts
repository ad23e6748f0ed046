import { createHash, createHmac } from 'node:crypto';
import {
  decodeUtf8,
  equalInConstantTime,
  type Outgoing,
  type RawRequest,
  signatureHeader,
  SignatureInvalidError,
} from '#provider-kit';
import type { Settings } from './settings.ts';

const header = 'x-twilio-signature';
const form = 'application/x-www-form-urlencoded';

/**
 * Twilio signs the address that it posts to, with the fields of a form appended in the order of their names; for JSON the
 * address has a query `bodySHA256`, which must be the body's. https://www.twilio.com/docs/usage/security
 */
export function verifyTwilio(request: RawRequest, settings: Settings): void {
  const given = signatureHeader(request, header);
  if (!/^[A-Za-z0-9+/]{27}=$/.test(given)) throw new SignatureInvalidError('header-malformed');
  const isForm = request.contentType === form;
  const signed = addressOf(settings) + request.query + (isForm ? fieldsOf(request.body) : '');
  if (!settings.webhook_secret.some((secret) => equalInConstantTime(given, signatureOf(secret, signed)))) {
    throw new SignatureInvalidError('signature-mismatch');
  }
  if (!isForm) checkBodyDigest(request);
}

/** Forges the form variant, which needs no query. */
export function signTwilio(outgoing: Outgoing, settings: Settings): Record<string, string> {
  const signed = addressOf(settings) + fieldsOf(outgoing.body);
  return {
    'content-type': form,
    'i-twilio-idempotency-token': outgoing.deliveryId,
    [header]: signatureOf(settings.webhook_secret[0], signed),
  };
}

function checkBodyDigest({ query, body }: RawRequest): void {
  const claimed = new URLSearchParams(query).get('bodySHA256') ?? '';
  if (!equalInConstantTime(claimed, createHash('sha256').update(body).digest('hex'))) {
    throw new SignatureInvalidError('signature-mismatch', 'bodySHA256');
  }
}

function fieldsOf(body: Uint8Array): string {
  const fields = [...new URLSearchParams(decodeUtf8(body))];
  const unique = new Map(fields.map(([name, value]) => [`${name}\0${value}`, [name, value] as const]));
  const sorted = [...unique.values()].sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)));
  return sorted.map(([name, value]) => name + value).join('');
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function signatureOf(secret: string, signed: string): string {
  return createHmac('sha1', secret).update(signed).digest('base64');
}

function addressOf({ public_url: url }: Settings): string {
  return url ?? '';
}
