import { equalInConstantTime, hmacSha256Hex, SignatureInvalidError, signatureHeader } from '#provider-kit';
import type { Outgoing, RawRequest } from '#provider-kit';

export interface Settings {
  readonly webhook_secret: readonly [string, ...string[]];
}

/** The older X-Hub-Signature (SHA-1) is not looked at: the algorithm is ours to fix, not the request's. */
const header = 'x-hub-signature-256';

export function sign({ body, deliveryId, eventType }: Outgoing, { webhook_secret: secrets }: Settings) {
  return {
    'content-type': isForm(body) ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': 'GitHub-Hookshot/flow-state',
    'x-github-delivery': deliveryId,
    'x-github-event': eventType,
    [header]: signatureOf(body, secrets[0]),
  };
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export function verify(request: RawRequest, { webhook_secret: secrets }: Settings): void {
  const given = signatureHeader(request, header);
  if (!/^sha256=[0-9a-f]{64}$/.test(given)) throw new SignatureInvalidError('header-malformed', header);
  if (request.body.length === 0) throw new SignatureInvalidError('body-empty');
  if (!secrets.some((secret) => equalInConstantTime(given, signatureOf(request.body, secret)))) {
    throw new SignatureInvalidError('signature-mismatch');
  }
}

function signatureOf(body: Uint8Array, secret: string): string {
  return `sha256=${hmacSha256Hex(secret, body)}`;
}

function isForm(body: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(body.subarray(0, 8)) === 'payload=';
}
