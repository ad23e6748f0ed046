import { defineProvider } from '#provider-kit';
import { events } from './event-types.ts';
import { freshen, freshenForm } from './freshen.ts';
import { formType } from './form.ts';
import { identify } from './identify.ts';
import { model } from './model.ts';
import { normalize } from './normalize.ts';
import { referencesIn } from './references.ts';
import { settingsSchema } from './settings.ts';
import { sign, verify } from './verify.ts';

export default defineProvider({
  name: 'slack',
  title: 'Slack',
  settings: settingsSchema,
  model,
  events,
  contentTypes: ['application/json', formType],
  verify,
  sign,
  identify,
  normalize,
  referencesIn,
  freshen,
  freshenForm,
});
