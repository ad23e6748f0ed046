import { z } from '#provider-kit';
import { parseTemplate, type Template } from './template.ts';

/** A text with places, as template.ts has it. */
export const template = z
  .string()
  .min(1)
  .transform((source, context): Template => {
    const parsed = parseTemplate(source);
    if (typeof parsed !== 'string') return parsed;
    context.addIssue({ code: 'custom', message: parsed });
    return z.NEVER;
  });

/** What is signed is filled before the body may be parsed. */
const signedTemplate = template.refine(({ parts }) => parts.every(({ kind }) => kind !== 'path'), {
  message: 'cannot hold {body:PATH}: nothing is parsed before the signature holds',
});
const wholeBody: Template = { source: '{body}', parts: [{ kind: 'body' }] };

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/, 'is not the name of a header')
  .transform((name) => name.toLowerCase());

export const unit = z.enum(['seconds', 'milliseconds', 'iso8601']);

const encoding = z.enum(['hex', 'base64']).default('hex').describe('How the signature is written.');
const prefix = z.string().default('');
const tolerance = z
  .number()
  .int()
  .positive()
  .default(300)
  .describe('How far the time may be off, both ways.');

const timestamp = z
  .strictObject({
    from: template.optional().describe('Where it is: {header:x-acme-timestamp} or {body:sent_at}.'),
    key: z.string().min(1).optional().describe('Its key in a key-value signature header, such as t.'),
    unit: unit.default('seconds').describe('How it is written.'),
    tolerance_seconds: tolerance,
  })
  .refine((value) => (value.from === undefined) !== (value.key === undefined), 'needs either from or key');

const hmacScheme = z.strictObject({
  scheme: z.literal('hmac').describe('A digest keyed with the shared secret.'),
  header: headerName.describe('The header that carries the signature.'),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256').describe('Of the digest.'),
  encoding,
  prefix: prefix.describe('What stands before the signature, such as sha256=.'),
  format: z
    .enum(['plain', 'key-value'])
    .default('plain')
    .describe('plain: the signature alone; key-value: t=…,v1=…,v1=….'),
  separator: z.enum([',', ';']).default(',').describe('What stands between the pairs of a key-value header.'),
  key: z.string().min(1).default('v1').describe('The key of the signatures in a key-value header.'),
  signed: signedTemplate
    .default(wholeBody)
    .describe('What is signed, such as {timestamp}.{body}; {body} unless given.'),
  secret_encoding: z
    .enum(['utf8', 'base64', 'hex'])
    .default('utf8')
    .describe('How the bytes of the key are written in webhook_secret.'),
  timestamp: timestamp.optional(),
});

const ed25519Scheme = z.strictObject({
  scheme: z.literal('ed25519').describe('A signature whose public key is in webhook_secret.'),
  header: headerName.describe('The header that carries the signature.'),
  encoding: encoding.describe('How signature and keys are written.'),
  prefix: prefix.describe('What stands before the signature.'),
  signed: signedTemplate
    .default(wholeBody)
    .describe('What is signed, such as {timestamp}{body}; {body} unless given.'),
  timestamp: timestamp.optional(),
});

const tokenScheme = z.strictObject({
  scheme: z
    .literal('token')
    .describe('The shared secret itself in a header: it proves the sender, not the body.'),
  header: headerName.describe('The header that carries the shared token.'),
  prefix: prefix.describe('What stands before the token, such as "Bearer ".'),
});

const standardScheme = z.strictObject({
  scheme: z
    .literal('standard-webhooks')
    .describe('https://www.standardwebhooks.com: whsec_ secrets, or whpk_ public keys.'),
  headers: z
    .string()
    .regex(/^[a-z0-9-]{1,50}$/)
    .default('webhook')
    .describe('The prefix of the three headers: webhook or svix.'),
  tolerance_seconds: tolerance,
});

const twilioScheme = z.strictObject({
  scheme: z.literal('twilio').describe("Twilio's own: it signs public_url and the fields of the form."),
});

export const signature = z.discriminatedUnion('scheme', [
  hmacScheme,
  ed25519Scheme,
  tokenScheme,
  standardScheme,
  twilioScheme,
]);

export type HmacScheme = z.output<typeof hmacScheme>;
export type Ed25519Scheme = z.output<typeof ed25519Scheme>;
export type StandardScheme = z.output<typeof standardScheme>;
export type Timestamp = z.output<typeof timestamp>;
export type Unit = z.output<typeof unit>;
