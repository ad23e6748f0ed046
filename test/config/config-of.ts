import type { Environment } from '../../src/config/environment.ts';
import { readConfig } from '../../src/config/load.ts';
import type { LoadedConfig } from '../../src/config/load.ts';
import { ConfigInvalidError } from '../../src/errors.ts';
import { defineProvider, secrets, z } from '../../src/provider-kit.ts';
import type { Identity, Provider } from '../../src/provider-kit.ts';

const behaviour = {
  model: { nodes: {}, edges: {} },
  events: [] as const,
  verify: () => undefined,
  sign: () => ({}),
  identify: (): Identity => ({ kind: 'handshake', reply: { status: 200 } }),
  normalize: () => ({ skipped: 'is a test' }),
};

/** Providers as the configuration sees them: names, settings, and one with settings of an earlier release. */
export const providers: ReadonlyMap<string, Provider> = new Map(
  [
    defineProvider({
      ...behaviour,
      name: 'clickup',
      title: 'ClickUp',
      settings: z.strictObject({
        webhook_secret: secrets.describe('The secret of each webhook.'),
        api_token: z.string().optional().describe('A personal token.'),
        timeout_seconds: z.int().min(1).default(10).describe('For the API.'),
      }),
    }),
    defineProvider({
      ...behaviour,
      name: 'discord',
      title: 'Discord',
      settings: z.strictObject({ public_key: secrets }),
      legacySettings: ({ webhook_secret: key, ...others }) =>
        key === undefined
          ? { settings: others, warnings: [] }
          : { settings: { public_key: key, ...others }, warnings: ['webhook_secret is taken as public_key'] },
    }),
  ].map((provider) => [provider.name, provider as Provider]),
);

export function configOf(text: string, env: Environment = {}): LoadedConfig {
  return readConfig(text, { file: '/etc/flowstate/config.yaml', env, providers });
}

/** The problems of a configuration, each as `path: message`. */
export function problemsOf(text: string, env: Environment = {}): readonly string[] {
  try {
    configOf(text, env);
  } catch (error) {
    if (error instanceof ConfigInvalidError)
      return error.problems.map((one) => `${one.path}: ${one.message}`);
    throw error;
  }
  return [];
}
