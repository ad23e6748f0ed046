import { secrets, z } from '#provider-kit';

const secretPrefix = 'whsec_';
const shortestRelayKey = 24;

/** The bytes of a secret of Standard Webhooks; none where it is not base64, for that would be a key nobody meant. */
export function relayKeyOf(secret: string): Buffer {
  const text = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret;
  return Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(text) ? text : '', 'base64');
}

const key = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'is no public key: 64 hexadecimal digits');

export const settingsSchema = z.strictObject({
  public_key: z
    .union([key, z.array(key).min(1, 'needs at least one key')])
    .transform((value): readonly string[] => (Array.isArray(value) ? value : [value]))
    .describe('The Public Key on the page of the Discord application, or several.'),
  private_key: key
    .optional()
    .describe('Only to forge requests with `flowstate send`: the seed that belongs to the first public key.'),
  relay_secret: secrets
    .refine((all) => all.every((one) => relayKeyOf(one).length >= shortestRelayKey), {
      message: 'is no secret of Standard Webhooks: base64 of at least 24 bytes, after whsec_ or alone',
    })
    .optional()
    .describe(
      'A secret shared with the bot that relays gateway events, whsec_…; without one none are taken.',
    ),
  tolerance_seconds: z
    .number()
    .int()
    .positive()
    .max(3600)
    // Discord goes on retrying for ten minutes, and does not say whether it signs anew.
    .default(900)
    .describe('How far the time of a request may be off, both ways.'),
  interaction_reply: z
    .string()
    .min(1)
    .max(2000)
    .default('Noted.')
    .describe('What the person who uses a command or a button is shown, and nobody else.'),
});

export type Settings = z.output<typeof settingsSchema>;

/** Earlier releases kept the public key where other providers have their secret. */
export function legacySettings(given: Readonly<Record<string, unknown>>) {
  const { webhook_secret: key, ...settings } = given;
  if (key === undefined || settings['public_key'] !== undefined) return { settings: given, warnings: [] };
  return { settings: { ...settings, public_key: key }, warnings: ['webhook_secret is taken as public_key'] };
}
