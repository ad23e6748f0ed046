import { defineProvider, secrets, z } from '#provider-kit';
import { events } from './event-types.ts';
import { identify } from './identify.ts';
import { model } from './model.ts';
import { normalize } from './normalize.ts';
import { referencesIn } from './references.ts';
import { sign, verify } from './verify.ts';

export default defineProvider({
  name: 'github',
  title: 'GitHub',
  settings: z.strictObject({
    webhook_secret: secrets.describe(
      'The secret that the webhook was given; each of several webhooks may have its own.',
    ),
  }),
  model,
  events,
  refusalStatus: 401,
  contentTypes: ['application/json', 'application/x-www-form-urlencoded'],
  verify,
  sign,
  identify,
  normalize,
  referencesIn,
});
