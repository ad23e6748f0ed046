import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { discoverProviders, loadFixtures, shippedProviders } from '../../src/providers/registry.ts';

const odd = fileURLToPath(new URL('../support/providers/', import.meta.url));

test('registry › a broken provider is left out with its reason, and the others serve', async () => {
  const { providers, failures } = await discoverProviders([shippedProviders, odd]);
  for (const name of ['clickup', 'custom', 'github', 'later', 'sound']) assert.ok(providers.has(name), name);
  const reasons = [
    ['conflicting', /Repository\.name is declared as string and as integer/],
    ['misnamed', /It is named acme, its folder misnamed/],
    ['shapeless', /verify must be a function/],
    ['throwing', /broken on import/],
  ] as const;
  assert.deepEqual(
    failures.map(({ name }) => name),
    reasons.map(([name]) => name),
  );
  for (const [i, [, reason]] of reasons.entries()) assert.match(failures[i]?.reason ?? '', reason);
});

test('registry › of two folders with one name the first serves', async () => {
  const { providers, failures } = await discoverProviders([odd, odd]);
  assert.ok(providers.has('sound'));
  assert.match(failures.find(({ name }) => name === 'sound')?.reason ?? '', /Two folders/);
});

async function folderWith(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fixtures-'));
  t.after(async () => await rm(folder, { recursive: true }));
  await mkdir(join(folder, 'fixtures'));
  await writeFile(join(folder, 'fixtures', 'one.json'), text);
  return folder;
}

test('registry › a fixture of another shape is refused by its file and field', async (t) => {
  const fixture = {
    name: 'one',
    eventType: 'note',
    source: 'invented',
    receivedAt: '2026-03-02T10:15:31.000Z',
  };
  for (const [change, message] of [
    [{}, /acme\/fixtures\/one\.json: expected/],
    [{ expected: { mutations: [] }, receivedAt: 'yesterday' }, /one\.json: receivedAt/],
    [{ expected: { mutations: [] }, payloads: {} }, /one\.json: .*payloads/],
  ] as const) {
    const folder = await folderWith(t, JSON.stringify({ ...fixture, ...change }));
    await assert.rejects(async () => await loadFixtures('acme', folder), {
      code: 'PROVIDER_BROKEN',
      message,
    });
  }
});

test('registry › a provider without fixtures has none', async () => {
  assert.deepEqual(await loadFixtures('nobody'), []);
});
