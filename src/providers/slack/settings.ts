import { secrets, z } from '#provider-kit';

export const settingsSchema = z.strictObject({
  webhook_secret: secrets.describe(
    'The Signing Secret on the page of the Slack app, under Basic Information.',
  ),
  tolerance_seconds: z
    .number()
    .int()
    .positive()
    .max(3600)
    .default(300)
    .describe('How far the time of a request may be off, both ways.'),
});

export type Settings = z.output<typeof settingsSchema>;
