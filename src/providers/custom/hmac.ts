import { createHmac } from 'node:crypto';
import {
  equalInConstantTime,
  type Outgoing,
  parseJson,
  type RawRequest,
  signatureHeader,
  SignatureInvalidError,
} from '#provider-kit';
import { readSignatureHeader } from './signature-header.ts';
import type { HmacScheme } from './schemes.ts';
import type { Settings } from './settings.ts';
import { fillPieces, fillText, type Values } from './template.ts';
import { checkTimestamp, writeTimestamp } from './timestamp.ts';

/** Length of a digest in hex digits, by algorithm; the text of a signature is checked before it is compared. */
const hexLength = { sha1: 40, sha256: 64, sha512: 128 } as const;

export function verifyHmac(request: RawRequest, settings: Settings, scheme: HmacScheme): void {
  const { timestamp: rule } = scheme;
  const header = readSignatureHeader(signatureHeader(request, scheme.header), {
    ...scheme,
    timestampKey: rule?.key,
  });
  for (const signature of header.signatures) checkForm(signature, scheme);
  const inHeader =
    rule?.from === undefined ? header.timestamp : fillText(rule.from, { headers: request.headers });
  const values = {
    ...valuesOf(request, settings),
    ...(inHeader === undefined ? {} : { timestamp: inHeader }),
  };
  const matches = settings.webhook_secret.some((secret) => {
    const expected = digest(secret, scheme, values);
    return header.signatures.map((given) => equalInConstantTime(given, expected)).includes(true);
  });
  if (!matches) throw new SignatureInvalidError('signature-mismatch');
  if (rule !== undefined)
    checkTimestamp(inHeader ?? timestampInBody(request, scheme), rule, request.receivedAt);
}

export function signHmac(outgoing: Outgoing, settings: Settings, scheme: HmacScheme): Record<string, string> {
  const { timestamp: rule } = scheme;
  const timestamp = rule === undefined ? undefined : writeTimestamp(outgoing.sentAt, rule.unit);
  const headers: Record<string, string> = {};
  const place = rule?.from?.parts[0];
  if (place?.kind === 'header' && timestamp !== undefined) headers[place.name] = timestamp;
  const values: Values = {
    headers,
    body: outgoing.body,
    ...(settings.public_url === undefined ? {} : { url: settings.public_url }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
  const signature = scheme.prefix + digest(settings.webhook_secret[0], scheme, values);
  const pairs = [
    ...(rule?.key === undefined ? [] : [`${rule.key}=${timestamp ?? ''}`]),
    `${scheme.key}=${signature}`,
  ];
  return {
    ...headers,
    [scheme.header]: scheme.format === 'plain' ? signature : pairs.join(scheme.separator),
  };
}

function digest(secret: string, scheme: HmacScheme, values: Values): string {
  const hmac = createHmac(scheme.algorithm, Buffer.from(secret, scheme.secret_encoding));
  const pieces = fillPieces(scheme.signed, values);
  if (pieces === undefined) throw new SignatureInvalidError('timestamp-missing', scheme.signed.source);
  for (const piece of pieces) hmac.update(piece);
  return hmac.digest(scheme.encoding);
}

function checkForm(signature: string, { algorithm, encoding }: HmacScheme): void {
  const hex = hexLength[algorithm];
  const base64Length = Math.ceil(hex / 6) * 4;
  const sound =
    encoding === 'hex'
      ? signature.length === hex && /^[0-9a-f]+$/.test(signature)
      : signature.length === base64Length && /^[A-Za-z0-9+/]+={0,2}$/.test(signature);
  if (!sound) throw new SignatureInvalidError('header-malformed');
}

function valuesOf(request: RawRequest, settings: Settings): Values {
  return {
    headers: request.headers,
    body: request.body,
    ...(settings.public_url === undefined ? {} : { url: settings.public_url + request.query }),
  };
}

/** A timestamp in the body is covered by the signature, so it is read after that holds. */
function timestampInBody(request: RawRequest, { timestamp: rule }: HmacScheme): string | undefined {
  if (rule?.from === undefined) return undefined;
  return fillText(rule.from, { headers: request.headers, payload: parseJson(request.body) });
}
