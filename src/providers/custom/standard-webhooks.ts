import { createHmac, sign, verify } from 'node:crypto';
import {
  equalInConstantTime,
  type Outgoing,
  privateKeyOf,
  publicKeyOf,
  type RawRequest,
  signatureHeader,
  SignatureInvalidError,
} from '#provider-kit';
import type { StandardScheme } from './schemes.ts';
import type { Settings } from './settings.ts';
import { checkTimestamp, writeTimestamp } from './timestamp.ts';

/**
 * Standard Webhooks: `webhook-signature` is a list of `v1,<base64 HMAC-SHA256>` and `v1a,<base64 Ed25519>` over
 * `id.timestamp.body`; any one may match.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyStandard(request: RawRequest, settings: Settings, scheme: StandardScheme): void {
  const id = signatureHeader(request, `${scheme.headers}-id`);
  const timestamp = signatureHeader(request, `${scheme.headers}-timestamp`);
  const signatures = signatureHeader(request, `${scheme.headers}-signature`)
    .split(' ')
    .slice(0, maxSignatures);
  checkTimestamp(
    timestamp,
    { unit: 'seconds', tolerance_seconds: scheme.tolerance_seconds },
    request.receivedAt,
  );
  const message = messageOf(id, timestamp, request.body);
  const matches = settings.webhook_secret.some((secret) =>
    signatures.some((given) => holds(given, message, secret)),
  );
  if (!matches) throw new SignatureInvalidError('signature-mismatch');
}

const maxSignatures = 10;

export function signStandard(
  outgoing: Outgoing,
  settings: Settings,
  scheme: StandardScheme,
): Record<string, string> {
  const timestamp = writeTimestamp(outgoing.sentAt, 'seconds');
  const message = messageOf(outgoing.deliveryId, timestamp, outgoing.body);
  const [secret] = settings.webhook_secret;
  return {
    [`${scheme.headers}-id`]: outgoing.deliveryId,
    [`${scheme.headers}-timestamp`]: timestamp,
    [`${scheme.headers}-signature`]: isPublicKey(secret)
      ? signAsymmetric(message, settings)
      : `v1,${hmac(secret, message)}`,
  };
}

/** A public key never serves as an HMAC key: everybody knows it. */
function holds(given: string, message: Buffer, secret: string): boolean {
  const comma = given.indexOf(',');
  const version = given.slice(0, comma);
  const signature = given.slice(comma + 1);
  if (version === 'v1') return !isPublicKey(secret) && equalInConstantTime(signature, hmac(secret, message));
  if (version !== 'v1a' || !isPublicKey(secret) || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) return false;
  const key = publicKeyOf(Buffer.from(secret.slice(publicPrefix.length), 'base64'));
  return verify(null, message, key, Buffer.from(signature, 'base64'));
}

const publicPrefix = 'whpk_';
const privatePrefix = 'whsk_';
const secretPrefix = 'whsec_';

export function isPublicKey(secret: string): boolean {
  return secret.startsWith(publicPrefix);
}

/** The bytes of a `whsec_` secret; base64 with or without the prefix. */
export function secretBytes(secret: string): Buffer {
  return Buffer.from(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret, 'base64');
}

function hmac(secret: string, message: Buffer): string {
  return createHmac('sha256', secretBytes(secret)).update(message).digest('base64');
}

function signAsymmetric(message: Buffer, { private_key: key }: Settings): string {
  if (key === undefined)
    throw new TypeError('Signing with a whpk_ key needs its private_key in the settings.');
  const bytes = Buffer.from(key.startsWith(privatePrefix) ? key.slice(privatePrefix.length) : key, 'base64');
  return `v1a,${sign(null, message, privateKeyOf(bytes.subarray(0, 32))).toString('base64')}`;
}

function messageOf(id: string, timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
}
