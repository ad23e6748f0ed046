import { secrets, z } from '#provider-kit';
import { checkMapping } from './mapping.ts';
import { checkSchema } from './body-schema.ts';
import { presets } from './presets.ts';
import { signature, template, unit } from './schemes.ts';

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
  signature: signature.describe('How a request is verified: the keys of a scheme are in docs/custom.md.'),
  content_types: z
    .array(z.string().min(1))
    .optional()
    .describe('Media types the sender uses; JSON unless said.'),
  public_url: z
    .url()
    .optional()
    .describe('The address that the sender posts to, where that is part of what is signed.'),
  delivery_id: template.optional().describe('Where the id is; without it, one is made of the body.'),
  event_type: template
    .default({ source: 'event', parts: [{ kind: 'text', text: 'event' }] })
    .describe('Where the type of the event is; `event` unless given.'),
  event_time: z
    .strictObject({
      from: template.describe('Where it is, such as {body:created_at}.'),
      unit: unit.default('iso8601').describe('How it is written.'),
    })
    .optional()
    .describe('Where the body says when it happened.'),
  challenge: z
    .strictObject({
      when: template.describe('The request is a challenge where this has a value.'),
      reply: template.describe('What is answered.'),
      content_type: z.string().default('text/plain').describe('Of the answer.'),
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

/** What Node cannot decode it leaves out: of such a key nothing may be left, and then anybody can sign. */
const keyForms = {
  hex: /^(?:[0-9a-f]{2})+$/i,
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?|[A-Za-z0-9+/]{4})$/,
};

function keyProblems({ signature, webhook_secret: keys }: z.output<typeof complete>): string[] {
  if (signature.scheme === 'ed25519') {
    const unsound = keys.some((key) => Buffer.from(key, signature.encoding).length !== publicKeyBytes);
    return unsound ? [`must be a public key of ${publicKeyBytes} bytes in ${signature.encoding}`] : [];
  }
  if (signature.scheme === 'hmac' && signature.secret_encoding !== 'utf8') {
    const form = keyForms[signature.secret_encoding];
    const unsound = [keys].flat().some((key) => !form.test(key));
    return unsound ? [`must be bytes written in ${signature.secret_encoding}`] : [];
  }
  if (signature.scheme !== 'standard-webhooks') return [];
  const unsound = keys.some((key) => standardKeyBytes(key) < (key.startsWith('whpk_') ? publicKeyBytes : 16));
  return unsound ? ['must be a whsec_ secret of at least 16 bytes or a whpk_ public key, in base64'] : [];
}

function standardKeyBytes(key: string): number {
  return Buffer.from(key.replace(/^wh(?:sec|pk)_/, ''), 'base64').length;
}

const preset = z
  .enum(Object.keys(presets) as [string, ...string[]])
  .describe('A sender whose settings are known; what stands beside it wins, key by key.');

/** A preset is a part of the settings; what the configuration says itself wins over it, key by key. */
export const settingsSchema = z
  .looseObject({ preset: preset.optional() })
  .transform(({ preset, ...own }) => ({ ...(preset === undefined ? {} : presets[preset]), ...own }))
  .pipe(consistent)
  .meta({ examples: [{ preset: 'stripe', webhook_secret: '${STRIPE_WEBHOOK_SECRET}' }] });

export type Settings = z.output<typeof complete>;
export type Mapping = z.output<typeof mapping>;
