import { defineProvider } from '#provider-kit';
import { enrich, type Enrichment } from './enrich.ts';
import { events } from './events.ts';
import { freshen } from './freshen.ts';
import { identify } from './identify.ts';
import { model } from './model.ts';
import { normalize } from './normalize.ts';
import { referencesIn } from './references.ts';
import { type Settings, settingsSchema } from './settings.ts';
import { sign, verify } from './verify.ts';

export default defineProvider<Settings, Enrichment>({
  name: 'clickup',
  title: 'ClickUp',
  settings: settingsSchema,
  model,
  events,
  // A 401 or 410 suspends the webhook at once: https://developer.clickup.com/docs/webhookhealth
  refusalStatus: 403,
  verify,
  sign,
  identify,
  normalize,
  referencesIn,
  enrich,
  freshen,
});
