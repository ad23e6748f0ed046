import { defineProvider } from '#provider-kit';
import { freshen } from './freshen.ts';
import { identify } from './identify.ts';
import { normalize } from './normalize.ts';
import { type Settings, settingsSchema } from './settings.ts';
import { sign, verify } from './verify.ts';

/** Any sender, by configuration alone: `type: custom`. */
export default defineProvider<Settings>({
  name: 'custom',
  title: 'Custom sender',
  settings: settingsSchema,
  exampleSettings: { webhook_secret: 'a-secret-of-an-example', preset: 'bitbucket' },
  model: { nodes: {}, edges: {} },
  modelOf: ({ mapping }) => {
    if (mapping === undefined) return { nodes: {}, edges: {} };
    const { nodes, edges, texts } = mapping;
    return { nodes, edges, texts };
  },
  events: ['event'],
  contentTypesOf: ({ content_types: types }) => types,
  verify,
  sign,
  identify,
  normalize,
  freshen,
});
