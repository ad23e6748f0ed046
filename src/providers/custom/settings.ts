import { secrets, z } from '#provider-kit';
import { checkMapping } from './mapping.ts';
import { checkSchema } from './body-schema.ts';
import { presets } from './presets.ts';
import { parseTemplate, type Template } from './template.ts';

const template = z
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

const unit = z.enum(['seconds', 'milliseconds', 'iso8601']);

const timestamp = z
  .strictObject({
    from: template.optional().describe('Where it is: {header:x-acme-timestamp} or {body:sent_at}.'),
    key: z.string().min(1).optional().describe('Its key in a key-value signature header, such as t.'),
    unit: unit.default('seconds').describe('How it is written.'),
    tolerance_seconds: z.number().int().positive().default(300).describe('How far it may be off, both ways.'),
  })
  .refine((value) => (value.from === undefined) !== (value.key === undefined), 'needs either from or key');

const hmacScheme = z.strictObject({
  scheme: z.literal('hmac'),
  header: headerName.describe('The header that carries the signature.'),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  prefix: z.string().default('').describe('What stands before the signature, such as sha256=.'),
  format: z.enum(['plain', 'key-value']).default('plain').describe('key-value: t=…,v1=…,v1=….'),
  separator: z.enum([',', ';']).default(','),
  key: z.string().min(1).default('v1').describe('The key of the signatures in a key-value header.'),
  signed: signedTemplate.default(wholeBody).describe('What is signed.'),
  secret_encoding: z.enum(['utf8', 'base64', 'hex']).default('utf8'),
  timestamp: timestamp.optional(),
});

const ed25519Scheme = z.strictObject({
  scheme: z.literal('ed25519'),
  header: headerName,
  encoding: z.enum(['hex', 'base64']).default('hex'),
  prefix: z.string().default(''),
  signed: signedTemplate.default(wholeBody),
  timestamp: timestamp.optional(),
});

const tokenScheme = z.strictObject({
  scheme: z.literal('token'),
  header: headerName.describe('The header that carries the shared token.'),
  prefix: z.string().default('').describe('What stands before the token, such as "Bearer ".'),
});

const standardScheme = z.strictObject({
  scheme: z.literal('standard-webhooks'),
  headers: z
    .string()
    .regex(/^[a-z0-9-]{1,50}$/)
    .default('webhook')
    .describe('The prefix of the three headers: webhook or svix.'),
  tolerance_seconds: z.number().int().positive().default(300),
});

const twilioScheme = z.strictObject({ scheme: z.literal('twilio') });

const signature = z.discriminatedUnion('scheme', [
  hmacScheme,
  ed25519Scheme,
  tokenScheme,
  standardScheme,
  twilioScheme,
]);

const propertyType = z.enum(['string', 'integer', 'float', 'boolean', 'time', 'strings']);
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'is not a sound name: letters, digits, underscores');

const mapping = z
  .strictObject({
    nodes: z.record(name, z.record(name, propertyType)).describe('Labels with their properties and types.'),
    edges: z
      .record(name, z.array(z.tuple([name, name])).min(1))
      .default({})
      .describe('Relationships with the labels they join.'),
    texts: z
      .record(name, z.array(name).min(1))
      .default({})
      .describe('By label, the properties in which people write: what they refer to becomes REFERENCES.'),
    expression: z.string().min(1).describe('A JSONata expression that gives {nodes, edges, …}.'),
  })
  .superRefine((value, context) => {
    for (const problem of checkMapping(value)) context.addIssue({ code: 'custom', ...problem });
  });

const complete = z.strictObject({
  webhook_secret: secrets.describe(
    'The secret shared with the sender, or its public key; several while rotating.',
  ),
  private_key: z
    .string()
    .optional()
    .describe('Only to forge requests of an Ed25519 sender with `flowstate send`.'),
  signature,
  content_types: z
    .array(z.string().min(1))
    .optional()
    .describe('Media types the sender uses; JSON unless said.'),
  public_url: z
    .url()
    .optional()
    .describe('The address that the sender posts to, where that is part of what is signed.'),
  delivery_id: template.optional().describe('Where the id is; without it, one is made of the body.'),
  event_type: template.default({ source: 'event', parts: [{ kind: 'text', text: 'event' }] }),
  event_time: z
    .strictObject({ from: template, unit: unit.default('iso8601') })
    .optional()
    .describe('Where the body says when it happened.'),
  challenge: z
    .strictObject({
      when: template.describe('The request is a challenge where this has a value.'),
      reply: template.describe('What is answered.'),
      content_type: z.string().default('text/plain'),
    })
    .optional(),
  body_schema: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A JSON Schema that bodies must satisfy.')
    .superRefine((value, context) => {
      const problem = value === undefined ? undefined : checkSchema(value);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    }),
  mapping: mapping.optional().describe('Without it, a delivery is kept as a Delivery node.'),
});

/** What only shows when several settings are held against each other. */
const consistent = complete.superRefine((value, context) => {
  for (const problem of keyProblems(value)) {
    context.addIssue({ code: 'custom', path: ['webhook_secret'], message: problem });
  }
  if (value.signature.scheme === 'twilio' && value.public_url === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['public_url'],
      message: 'is needed: Twilio signs the address that it posts to',
    });
  }
});

const publicKeyBytes = 32;

function keyProblems({ signature, webhook_secret: keys }: z.output<typeof complete>): string[] {
  if (signature.scheme === 'ed25519') {
    const unsound = keys.some((key) => Buffer.from(key, signature.encoding).length !== publicKeyBytes);
    return unsound ? [`must be a public key of ${publicKeyBytes} bytes in ${signature.encoding}`] : [];
  }
  if (signature.scheme !== 'standard-webhooks') return [];
  const unsound = keys.some((key) => standardKeyBytes(key) < (key.startsWith('whpk_') ? publicKeyBytes : 16));
  return unsound ? ['must be a whsec_ secret of at least 16 bytes or a whpk_ public key, in base64'] : [];
}

function standardKeyBytes(key: string): number {
  return Buffer.from(key.replace(/^wh(?:sec|pk)_/, ''), 'base64').length;
}

/** A preset is a part of the settings; what the configuration says itself wins over it, key by key. */
export const settingsSchema = z
  .looseObject({ preset: z.enum(Object.keys(presets) as [string, ...string[]]).optional() })
  .transform(({ preset, ...own }) => ({ ...(preset === undefined ? {} : presets[preset]), ...own }))
  .pipe(consistent)
  .meta({ examples: [{ preset: 'stripe', webhook_secret: '${STRIPE_WEBHOOK_SECRET}' }] });

export type Settings = z.output<typeof complete>;
export type HmacScheme = z.output<typeof hmacScheme>;
export type Ed25519Scheme = z.output<typeof ed25519Scheme>;
export type StandardScheme = z.output<typeof standardScheme>;
export type Timestamp = z.output<typeof timestamp>;
export type Unit = z.output<typeof unit>;
export type Mapping = z.output<typeof mapping>;
