import {
  equalInConstantTime,
  hmacSha256Hex,
  type Outgoing,
  type RawRequest,
  secrets,
  signatureHeader,
  SignatureInvalidError,
  z,
} from '#provider-kit';

/** What stands under the provider's name in the configuration, beside `enabled`. */
export const settings = z.strictObject({
  webhook_secret: secrets.describe(
    'The secret on the page of the Acme Desk webhook, or several while it is changed.',
  ),
  tolerance_seconds: z
    .number()
    .int()
    .positive()
    .default(300)
    .describe('How far the time of a request may be off, both ways.'),
});
export type Settings = z.output<typeof settings>;

const signatureName = 'acme-signature';
const timestampName = 'acme-timestamp';

/** Acme signs `<timestamp>.<body>`. All headers of an honest request: tests and `flowstate send` forge with this. */
export function sign({ body, sentAt }: Outgoing, { webhook_secret: keys }: Settings): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  return { [timestampName]: timestamp, [signatureName]: signatureOf(keys[0], timestamp, body) };
}

export function verify(
  request: RawRequest,
  { webhook_secret: keys, tolerance_seconds: tolerance }: Settings,
): void {
  const given = signatureHeader(request, signatureName);
  const timestamp = signatureHeader(request, timestampName);
  if (!/^[0-9a-f]{64}$/.test(given)) throw new SignatureInvalidError('header-malformed', signatureName);
  if (!/^\d{1,12}$/.test(timestamp)) throw new SignatureInvalidError('timestamp-malformed');
  const offMs = Math.abs(request.receivedAt.getTime() - Number(timestamp) * 1000);
  if (offMs > tolerance * 1000) throw new SignatureInvalidError('timestamp-outside-tolerance');
  if (!keys.some((key) => equalInConstantTime(given, signatureOf(key, timestamp, request.body)))) {
    throw new SignatureInvalidError('signature-mismatch');
  }
}

function signatureOf(key: string, timestamp: string, body: Uint8Array): string {
  return hmacSha256Hex(key, `${timestamp}.`, body);
}
