import { sign, verify } from 'node:crypto';
import {
  type Outgoing,
  privateKeyOf,
  publicKeyOf,
  type RawRequest,
  signatureHeader,
  SignatureInvalidError,
} from '#provider-kit';
import type { Ed25519Scheme } from './schemes.ts';
import type { Settings } from './settings.ts';
import { fillPieces, fillText, type Values } from './template.ts';
import { checkTimestamp, writeTimestamp } from './timestamp.ts';

const signatureBytes = 64;

export function verifyEd25519(request: RawRequest, settings: Settings, scheme: Ed25519Scheme): void {
  const header = signatureHeader(request, scheme.header);
  if (!header.startsWith(scheme.prefix)) throw new SignatureInvalidError('header-malformed');
  const signature = decodeSignature(header.slice(scheme.prefix.length), scheme.encoding);
  const rule = scheme.timestamp;
  const timestamp = rule?.from === undefined ? undefined : fillText(rule.from, { headers: request.headers });
  const message = messageOf(scheme, {
    headers: request.headers,
    body: request.body,
    ...(timestamp === undefined ? {} : { timestamp }),
  });
  const keys = settings.webhook_secret.map((key) => publicKeyOf(Buffer.from(key, scheme.encoding)));
  if (!keys.some((key) => verify(null, message, key, signature)))
    throw new SignatureInvalidError('signature-mismatch');
  if (rule !== undefined) checkTimestamp(timestamp, rule, request.receivedAt);
}

export function signEd25519(
  outgoing: Outgoing,
  settings: Settings,
  scheme: Ed25519Scheme,
): Record<string, string> {
  if (settings.private_key === undefined)
    throw new TypeError('Signing as an Ed25519 sender needs private_key in its settings.');
  const headers: Record<string, string> = {};
  const rule = scheme.timestamp;
  const timestamp = rule === undefined ? undefined : writeTimestamp(outgoing.sentAt, rule.unit);
  const place = rule?.from?.parts[0];
  if (place?.kind === 'header' && timestamp !== undefined) headers[place.name] = timestamp;
  const message = messageOf(scheme, {
    headers,
    body: outgoing.body,
    ...(timestamp === undefined ? {} : { timestamp }),
  });
  const key = privateKeyOf(Buffer.from(settings.private_key, scheme.encoding));
  return { ...headers, [scheme.header]: scheme.prefix + sign(null, message, key).toString(scheme.encoding) };
}

function messageOf(scheme: Ed25519Scheme, values: Values): Buffer {
  const pieces = fillPieces(scheme.signed, values);
  if (pieces === undefined) throw new SignatureInvalidError('timestamp-missing', scheme.signed.source);
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

function decodeSignature(text: string, encoding: 'hex' | 'base64'): Buffer {
  const form = encoding === 'hex' ? /^[0-9a-f]{128}$/ : /^[A-Za-z0-9+/]{86}==$/;
  if (!form.test(text)) throw new SignatureInvalidError('header-malformed');
  const bytes = Buffer.from(text, encoding);
  if (bytes.length !== signatureBytes) throw new SignatureInvalidError('header-malformed');
  return bytes;
}
