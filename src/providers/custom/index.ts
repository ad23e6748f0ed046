import { defineProvider } from '#provider-kit';
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
  modelOf: ({ mapping }) =>
    mapping === undefined ? { nodes: {}, edges: {} } : { nodes: mapping.nodes, edges: mapping.edges },
  events: ['event'],
  contentTypesOf: ({ content_types: types }) => types,
  verify,
  sign,
  identify,
  normalize,
});
