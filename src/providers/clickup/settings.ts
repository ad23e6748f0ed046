import { secrets, z } from '#provider-kit';

export const settingsSchema = z.strictObject({
  webhook_secret: secrets.describe(
    'The secret that ClickUp returned when the webhook was created; each webhook has its own.',
  ),
  api_token: z
    .string()
    .trim()
    .regex(/^[!-~]*$/, 'has characters that no header can hold')
    .transform((token) => (token === '' ? undefined : token))
    .optional()
    .describe('A ClickUp API token, to fetch what webhooks do not say; without one nothing is fetched.'),
  api_url: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://api.clickup.com/api/v2')
    .describe('Where the ClickUp API is.'),
  api_timeout_seconds: z
    .number()
    .positive()
    .max(25) // the activity that waits for it ends after 30
    .default(10)
    .describe('How long an answer of the ClickUp API may take.'),
});

export type Settings = z.output<typeof settingsSchema>;
