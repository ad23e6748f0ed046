import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { configOf, problemsOf } from './config-of.ts';

/** The settings of the enabled providers. */
function settingsOf(text: string, env = {}): Readonly<Record<string, unknown>> {
  const { providers } = configOf(text, env).config.webhooks;
  return Object.fromEntries(providers.flatMap((one) => (one.enabled ? [[one.name, one.settings]] : [])));
}

suite('configuration of earlier releases', () => {
  test('the block of all providers loads, with those that this release does not have disabled', () => {
    const text = `
webhooks:
  enabled: true
  host: "0.0.0.0"
  port: 8000
  providers:
    clickup: { enabled: true, webhook_secret: "s" }
    discord: { enabled: false, webhook_secret: "k" }
    slack: { enabled: false, webhook_secret: "x" }`;
    const { config, warnings } = configOf(text);
    assert.deepEqual(
      config.webhooks.providers.map(({ name, enabled }) => [name, enabled]),
      [
        ['clickup', true],
        ['discord', false],
        ['slack', false],
      ],
    );
    assert.deepEqual(warnings, [
      'webhooks.providers.discord: webhook_secret is taken as public_key',
      'webhooks.providers.slack: no provider is called slack; known: clickup, discord',
    ]);
  });

  test('the block of secrets from the environment loads', () => {
    const text =
      'webhooks: { providers: { clickup: { enabled: true, webhook_secret: "${CLICKUP_SECRET}" } } }';
    assert.deepEqual(settingsOf(text, { CLICKUP_SECRET: 's' }), {
      clickup: { webhook_secret: ['s'], timeout_seconds: 10 },
    });
  });

  test('the block clickup at the top is taken, with a warning', () => {
    const text = 'clickup: { webhook_secret: old }';
    assert.deepEqual(settingsOf(text), { clickup: { webhook_secret: ['old'], timeout_seconds: 10 } });
    assert.deepEqual(configOf(text).warnings, [
      'clickup: is the old place of these settings; move them to webhooks.providers.clickup',
    ]);
  });

  test('where a setting stands in both places the new one wins', () => {
    const text = `
clickup: { webhook_secret: old, api_token: old }
webhooks: { providers: { clickup: { webhook_secret: new } } }`;
    assert.deepEqual(settingsOf(text), {
      clickup: { webhook_secret: ['new'], api_token: 'old', timeout_seconds: 10 },
    });
  });

  test('the old block does not enable what the new one disables', () => {
    const text = `
clickup: { webhook_secret: old }
webhooks: { providers: { clickup: { enabled: false } } }`;
    assert.deepEqual(settingsOf(text), {});
  });

  test('a mistake in the old block is told at its place', () => {
    assert.deepEqual(problemsOf('clickup:\n  webhook_secret: s\n  api_tokn: x'), [
      'clickup.api_tokn: is not a setting; did you mean api_token? (line 3)',
    ]);
  });

  test('a provider puts settings of its own past into words of today', () => {
    const text = 'webhooks: { providers: { discord: { webhook_secret: key } } }';
    assert.deepEqual(settingsOf(text), { discord: { public_key: ['key'] } });
    assert.deepEqual(configOf(text).warnings, [
      'webhooks.providers.discord: webhook_secret is taken as public_key',
    ]);
  });

  test('one provider may serve several names', () => {
    const text = `webhooks: { providers: {
      clickup: { webhook_secret: a }, clickup-eu: { type: clickup, webhook_secret: b } } }`;
    const { providers } = configOf(text).config.webhooks;
    assert.deepEqual(
      providers.map(({ name, provider }) => [name, provider?.name]),
      [
        ['clickup', 'clickup'],
        ['clickup-eu', 'clickup'],
      ],
    );
  });

  for (const [what, text] of [
    [
      'a provider that is disabled',
      'webhooks: { providers: { clickup: { enabled: false } } }\nclickup: { webhook_secret: "${NOPE}" }',
    ],
    ['a block that is disabled itself', 'clickup: { enabled: false, webhook_secret: "${NOPE}" }'],
    [
      'a setting that stands in the new place too',
      'webhooks: { providers: { clickup: { webhook_secret: new } } }\nclickup: { webhook_secret: "${NOPE}" }',
    ],
  ] as const)
    test(`an unset variable of ${what} is not asked for`, () => {
      configOf(text, {});
    });

  test('an unset variable of what is used is asked for, where it stands', () => {
    assert.deepEqual(
      problemsOf('clickup: { webhook_secret: "${NOPE}" }').map((problem) => problem.split(':')[0]),
      ['clickup.webhook_secret'],
    );
  });
});
