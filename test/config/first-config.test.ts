import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { writeFirstConfig } from '../../src/config/first-config.ts';
import { readConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { providers } from './config-of.ts';

async function newFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flowstate-config-'));
  t.after(() => rm(folder, { recursive: true }));
  return path.join(folder, 'made', 'config.yaml');
}

/** The test's ClickUp stands in for GitHub too: only the names matter here. */
function load(text: string): Config {
  const known = new Map([...providers, ['github', providers.get('clickup')!]]);
  const { config, warnings } = readConfig(text, { file: 'config.yaml', env: {}, providers: known });
  assert.deepEqual(warnings, []);
  return config;
}

test('the first configuration loads, enables ClickUp and GitHub, and only its owner reads it', async (t) => {
  const file = await newFile(t);
  assert.equal(await writeFirstConfig(file), true);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const { webhooks, admin } = load(await readFile(file, 'utf8'));
  assert.deepEqual(
    webhooks.providers.map(({ name, enabled }) => [name, enabled]),
    [
      ['clickup', true],
      ['github', true],
    ],
  );
  assert.match(admin.token ?? '', /^[0-9a-f]{64}$/);
});

test('its secrets are three, and others in every file', async (t) => {
  const secrets: string[] = [];
  for (const file of [await newFile(t), await newFile(t)]) {
    await writeFirstConfig(file);
    secrets.push(...((await readFile(file, 'utf8')).match(/"[0-9a-f]{64}"/g) ?? []));
  }
  assert.equal(new Set(secrets).size, 6);
});

test('a file that is there is never touched', async (t) => {
  const file = await newFile(t);
  await writeFirstConfig(file);
  await writeFile(file, 'mine');
  assert.equal(await writeFirstConfig(file), false);
  assert.equal(await readFile(file, 'utf8'), 'mine');
});
