import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checksOf } from '../../src/providers/check.ts';
import { presets } from '../../src/providers/custom/presets.ts';
import { discoverProviders, loadFixtures } from '../../src/providers/registry.ts';

const { providers, failures } = await discoverProviders();

test('every shipped provider loads', () => {
  assert.deepEqual(failures, []);
  assert.ok(providers.size >= 3);
});

for (const provider of providers.values()) {
  const fixtures = await loadFixtures(provider.name);
  suite(`conformance › ${provider.name}`, () => {
    for (const { name, run } of checksOf(provider, fixtures)) test(name, run);
  });
}

test('conformance › custom has a fixture for each preset', async () => {
  const used = new Set((await loadFixtures('custom')).map(({ settings }) => settings?.['preset']));
  assert.deepEqual(
    Object.keys(presets).filter((preset) => !used.has(preset)),
    [],
  );
});
