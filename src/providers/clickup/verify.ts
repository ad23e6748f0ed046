import { equalInConstantTime, hmacSha256Hex, signatureHeader, SignatureInvalidError } from '#provider-kit';
import type { Outgoing, RawRequest } from '#provider-kit';
import type { Settings } from './settings.ts';

const header = 'x-signature';

export function sign({ body }: Outgoing, { webhook_secret: secrets }: Settings): Record<string, string> {
  return { 'content-type': 'application/json', [header]: hmacSha256Hex(secrets[0], body) };
}

/**
 * ClickUp sends bare hex (https://developer.clickup.com/docs/webhooksignature); the prefix `sha256=` is what callers of
 * older set-ups of this project send. Each webhook has a secret of its own, so every one is tried.
 */
export function verify(request: RawRequest, { webhook_secret: secrets }: Settings): void {
  const given = /^(?:sha256=)?([0-9a-f]{64})$/.exec(signatureHeader(request, header))?.[1];
  if (given === undefined) throw new SignatureInvalidError('header-malformed', header);
  if (request.body.length === 0) throw new SignatureInvalidError('body-empty');
  if (!secrets.some((secret) => equalInConstantTime(given, hmacSha256Hex(secret, request.body)))) {
    throw new SignatureInvalidError('signature-mismatch');
  }
}
