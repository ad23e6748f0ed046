import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { interpolate } from '../../src/config/interpolate.ts';
import { configOf, problemsOf } from './config-of.ts';

const env = { NAME: 'value', PORT: '8443', EMPTY: '' };

suite('interpolation', () => {
  const filled: readonly (readonly [text: string, result: string | undefined])[] = [
    ['${NAME}', 'value'],
    ['a-${NAME}-${PORT}', 'a-value-8443'],
    ['${NONE:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${NAME:-other}', 'value'],
    ['${NONE:-http://host:1/a-b}', 'http://host:1/a-b'],
    ['$${NAME}', '${NAME}'],
    ['$NAME and $5', '$NAME and $5'],
    ['${NONE:-}', undefined],
    ['${EMPTY}', undefined],
    ['', ''],
  ];
  for (const [text, result] of filled) {
    test(`makes ${JSON.stringify(text)} ${JSON.stringify(result)}`, () => {
      assert.deepEqual(interpolate(text, env), { value: result, findings: [] });
    });
  }

  for (const text of ['${}', '${two words}', '${NAME', '${1X}', '${NAME:other}']) {
    test(`refuses ${text}`, () => {
      assert.match(interpolate(text, env).findings[0]?.message ?? '', /is not \$\{NAME\}/);
    });
  }

  test('does not fill what a variable holds', () => {
    assert.equal(interpolate('${A}', { A: '${B}', B: 'x' }).value, '${B}');
  });

  test('names the variable that is not set, and tells nothing else of that setting', () => {
    assert.deepEqual(problemsOf('webhooks:\n  port: "${HTTP_PORT}"'), [
      'webhooks.port: needs the environment variable HTTP_PORT, which is not set (line 2)',
    ]);
  });

  test('gives numbers and switches their type, but leaves a secret of digits a text', () => {
    const text = `webhooks:
  enabled: "\${ON}"
  port: "\${PORT}"
  providers: { clickup: { webhook_secret: "\${DIGITS}", timeout_seconds: "\${PORT}" } }`;
    const { webhooks } = configOf(text, { ON: 'false', PORT: '8443', DIGITS: '0042' }).config;
    assert.equal(webhooks.enabled, false);
    assert.equal(webhooks.port, 8443);
    const [provider] = webhooks.providers;
    assert.deepEqual(provider?.enabled === true && provider.settings, {
      webhook_secret: ['0042'],
      timeout_seconds: 8443,
    });
  });

  test('leaves out an optional setting whose variable is empty, and a secret of a list', () => {
    const text = `webhooks: { providers: { clickup: {
      webhook_secret: ["\${NEW}", "\${OLD:-}"], api_token: "\${CLICKUP_API_TOKEN:-}" } } }`;
    const [provider] = configOf(text, { NEW: 'new' }).config.webhooks.providers;
    assert.deepEqual(provider?.enabled === true && provider.settings, {
      webhook_secret: ['new'],
      timeout_seconds: 10,
    });
  });

  test('does not ask for the variables of a disabled provider', () => {
    const text = 'webhooks: { providers: { clickup: { enabled: false, webhook_secret: "${UNSET}" } } }';
    assert.equal(configOf(text).config.webhooks.providers[0]?.enabled, false);
  });
});
