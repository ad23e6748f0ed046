import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config/load.ts';
import { readErrors } from '../../src/docs/error-table.ts';
import { generatedFiles } from '../../src/docs/generated.ts';
import { fillSections, markdownTable } from '../../src/docs/markdown.ts';
import * as errors from '../../src/errors.ts';
import { discoverProviders } from '../../src/providers/registry.ts';

const root = new URL('../../../', import.meta.url);
const { providers } = await discoverProviders([
  fileURLToPath(new URL('../../src/providers/', import.meta.url)),
]);

for (const { file, text } of await generatedFiles(providers)) {
  test(`${fileURLToPath(file).slice(fileURLToPath(root).length)} is up to date (npm run docs)`, async () => {
    assert.equal(await readFile(file, 'utf8'), text);
  });
}

test('the example loads without a warning where its variables are set', async () => {
  const text = await readFile(new URL('config.example.yaml', root), 'utf8');
  const names = [...text.matchAll(/^[^#]*\$\{([A-Z0-9_]+)\}/gm)].map(([, name]) => name ?? '');
  const env = Object.fromEntries(names.map((name) => [name, '0123456789abcdef'.repeat(4)]));
  const { config, warnings } = readConfig(text, { file: 'config.example.yaml', env, providers });
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    new Set(config.webhooks.providers.map(({ provider }) => provider?.name)),
    new Set(providers.keys()),
  );
});

test('the example says what a file that leaves everything out means', async () => {
  const text = await readFile(new URL('config.example.yaml', root), 'utf8');
  const source = { file: '/x/config.yaml', env: {}, providers };
  const withoutProviders = text.replace(/^ {2}providers:\n(?: {4}.*\n)*/m, '');
  assert.deepEqual(readConfig(withoutProviders, source), readConfig('', source));
});

test('the table of errors has every error with its code, status and meaning', async () => {
  const table = readErrors(await readFile(new URL('src/errors.ts', root), 'utf8'));
  const classes = Object.entries(errors).filter(([name]) => name !== 'WebhookError');
  assert.deepEqual(
    table.map(({ className }) => className),
    classes.map(([name]) => name).sort((a, b) => indexOf(a) - indexOf(b)),
  );
  for (const { className, code, status, retryable, meaning } of table) {
    const Class = classes.find(([name]) => name === className)?.[1] as unknown as new (
      ...words: string[]
    ) => errors.WebhookError;
    const error =
      className === 'ConfigInvalidError' ? new errors.ConfigInvalidError('x', []) : new Class('x', 'x');
    assert.deepEqual(
      [code, status ?? 500, retryable],
      [error.code, error.status, error.retryable],
      className,
    );
    assert.match(meaning, /\.$/, `${className} has a comment that says what it means`);
  }
  assert.equal(new Set(table.map(({ code }) => code)).size, table.length);

  function indexOf(name: string): number {
    return table.findIndex(({ className }) => className === name);
  }
});

test('sections are filled between their markers, and filled again to the same', () => {
  const text = 'a\n<!-- generated:x -->\nold\n<!-- /generated -->\nb\n';
  const filled = fillSections(text, { x: 'new' });
  assert.equal(filled, 'a\n<!-- generated:x -->\nnew\n<!-- /generated -->\nb\n');
  assert.equal(fillSections(filled, { x: 'new' }), filled);
});

test('a marker that nobody fills is an error', () => {
  assert.throws(
    () => fillSections('<!-- generated:y -->\n<!-- /generated -->', { x: '' }),
    /Nothing generates y/,
  );
});

test('bars in cells do not end them', () => {
  assert.equal(markdownTable(['a'], [['b|c']]), '| a |\n|---|\n| b\\|c |');
});

test('every decision has a number of its own', async () => {
  const files = (await readdir(new URL('docs/decisions/', root))).filter((name) => /^\d/.test(name)).sort();
  assert.deepEqual(
    files.map((name) => Number(name.slice(0, 4))),
    files.map((_, index) => index + 1),
  );
});
