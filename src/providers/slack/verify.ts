import { equalInConstantTime, hmacSha256Hex, SignatureInvalidError, signatureHeader } from '#provider-kit';
import type { Outgoing, RawRequest } from '#provider-kit';
import { formType } from './form.ts';
import type { Settings } from './settings.ts';

const signatureName = 'x-slack-signature';
const timestampName = 'x-slack-request-timestamp';
const openingBrace = 0x7b;

export function sign({ body, sentAt }: Outgoing, { webhook_secret: secrets }: Settings) {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  return {
    'content-type': body[0] === openingBrace ? 'application/json' : formType,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    [timestampName]: timestamp,
    [signatureName]: signatureOf(secrets[0], timestamp, body),
  };
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack; the key is the secret's text. */
export function verify(request: RawRequest, settings: Settings): void {
  const given = signatureHeader(request, signatureName);
  if (!/^v0=[0-9a-f]{64}$/.test(given)) throw new SignatureInvalidError('header-malformed', signatureName);
  const timestamp = timestampOf(request, settings);
  if (
    !settings.webhook_secret.some((secret) =>
      equalInConstantTime(given, signatureOf(secret, timestamp, request.body)),
    )
  ) {
    throw new SignatureInvalidError('signature-mismatch');
  }
}

/** Two-sided: a signature from the future would be good for longer than the tolerance. */
function timestampOf(request: RawRequest, { tolerance_seconds: toleranceSeconds }: Settings): string {
  if (!request.headers[timestampName]) throw new SignatureInvalidError('timestamp-missing');
  const timestamp = signatureHeader(request, timestampName);
  if (!/^\d{1,12}$/.test(timestamp)) throw new SignatureInvalidError('timestamp-malformed');
  const offMs = Math.abs(request.receivedAt.getTime() - Number(timestamp) * 1000);
  if (offMs > toleranceSeconds * 1000) throw new SignatureInvalidError('timestamp-outside-tolerance');
  return timestamp;
}

function signatureOf(secret: string, timestamp: string, body: Uint8Array): string {
  return `v0=${hmacSha256Hex(secret, `v0:${timestamp}:`, body)}`;
}
