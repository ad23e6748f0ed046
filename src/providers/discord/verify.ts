import { createHmac, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import {
  equalInConstantTime,
  type Outgoing,
  parseJson,
  privateKeyOf,
  publicKeyOf,
  type RawRequest,
  signatureHeader,
  SignatureInvalidError,
} from '#provider-kit';
import { kindOf } from './schema.ts';
import { relayKeyOf, type Settings } from './settings.ts';

const signatureName = 'x-signature-ed25519';
const timestampName = 'x-signature-timestamp';
/** Those of Standard Webhooks, which a relay signs with. */
export const relayId = 'webhook-id';
const relayTimestamp = 'webhook-timestamp';
const relaySignature = 'webhook-signature';
const maxSignatures = 10;

/** Whether the proof is a relay's: such a request may carry gateway events and nothing else. */
export function isRelayed({ headers }: Pick<RawRequest, 'headers'>): boolean {
  return headers[signatureName] === undefined && headers[relaySignature] !== undefined;
}

export function verify(request: RawRequest, settings: Settings): void {
  if (isRelayed(request)) verifyRelay(request, settings);
  else verifyDiscord(request, settings);
}

/** A frame of the gateway is signed as by its relay, everything else as by Discord. */
export function sign(outgoing: Outgoing, settings: Settings): Record<string, string> {
  const timestamp = String(Math.floor(outgoing.sentAt.getTime() / 1000));
  const type = { 'content-type': 'application/json' };
  if (isFrame(outgoing.body)) {
    const secret = settings.relay_secret?.[0];
    if (secret === undefined) throw new TypeError('Signing as a relay needs relay_secret in the settings.');
    const id = outgoing.deliveryId;
    const signature = relaySignatureOf(secret, `${id}.${timestamp}.`, outgoing.body);
    return { ...type, [relayId]: id, [relayTimestamp]: timestamp, [relaySignature]: signature };
  }
  if (settings.private_key === undefined)
    throw new TypeError('Signing as Discord needs private_key in the settings.');
  const key = privateKeyOf(Buffer.from(settings.private_key, 'hex'));
  const signature = signBytes(null, messageOf(timestamp, outgoing.body), key).toString('hex');
  return { ...type, [timestampName]: timestamp, [signatureName]: signature };
}

/**
 * https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint. Nothing separates the timestamp from
 * the body, so digits could move between them: the body must be JSON, and the timestamp is bounded.
 */
function verifyDiscord(request: RawRequest, settings: Settings): void {
  const given = signatureHeader(request, signatureName);
  if (!/^[0-9a-f]{128}$/.test(given)) throw new SignatureInvalidError('header-malformed', signatureName);
  const message = messageOf(timestampOf(request, timestampName, settings), request.body);
  const signature = Buffer.from(given, 'hex');
  const keys = settings.public_key.map((key) => publicKeyOf(Buffer.from(key, 'hex')));
  if (!keys.some((key) => verifyBytes(null, message, key, signature))) {
    throw new SignatureInvalidError('signature-mismatch');
  }
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, `v1` only. */
function verifyRelay(request: RawRequest, settings: Settings): void {
  const id = signatureHeader(request, relayId);
  const given = signatureHeader(request, relaySignature).split(' ').slice(0, maxSignatures);
  const head = `${id}.${timestampOf(request, relayTimestamp, settings)}.`;
  const holds = (settings.relay_secret ?? []).some((secret) => {
    const expected = relaySignatureOf(secret, head, request.body);
    return given.some((one) => equalInConstantTime(one, expected));
  });
  if (!holds) throw new SignatureInvalidError('signature-mismatch');
}

function timestampOf(request: RawRequest, name: string, { tolerance_seconds: toleranceSeconds }: Settings) {
  if (!request.headers[name]) throw new SignatureInvalidError('timestamp-missing');
  const timestamp = signatureHeader(request, name);
  if (!/^\d{1,12}$/.test(timestamp)) throw new SignatureInvalidError('timestamp-malformed');
  const offMs = Math.abs(request.receivedAt.getTime() - Number(timestamp) * 1000);
  if (offMs > toleranceSeconds * 1000) throw new SignatureInvalidError('timestamp-outside-tolerance');
  return timestamp;
}

/** What is no JSON can still be forged, to see it refused. */
function isFrame(body: Uint8Array): boolean {
  try {
    return kindOf(parseJson(body)) === 'frame';
  } catch {
    return false;
  }
}

function messageOf(timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(timestamp), body]);
}

function relaySignatureOf(secret: string, head: string, body: Uint8Array): string {
  const hmac = createHmac('sha256', relayKeyOf(secret)).update(head).update(body);
  return `v1,${hmac.digest('base64')}`;
}
