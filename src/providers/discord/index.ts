import { defineProvider } from '#provider-kit';
import { events } from './event-types.ts';
import { freshen } from './freshen.ts';
import { identify } from './identify.ts';
import { model } from './model.ts';
import { normalize } from './normalize.ts';
import { referencesIn } from './references.ts';
import { legacySettings, settingsSchema } from './settings.ts';
import { sign, verify } from './verify.ts';

export default defineProvider({
  name: 'discord',
  title: 'Discord',
  settings: settingsSchema,
  // The keys of RFC 8032's first example, and the secret of Standard Webhooks' own.
  exampleSettings: {
    public_key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    private_key: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    relay_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  },
  legacySettings,
  model,
  events,
  verify,
  sign,
  identify,
  normalize,
  referencesIn,
  freshen,
});
