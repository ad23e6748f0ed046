import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';

const read = async (...path: string[]): Promise<string> => await readFile(join(packageRoot, ...path), 'utf8');
const page = await read('docs', 'adding-a-provider.md');
const excerpts = [...page.matchAll(/```ts\n\/\/ (examples\/acme\/\S+)\n([\s\S]*?)```/g)];

for (const [, file = '', code = ''] of excerpts) {
  test(`docs/adding-a-provider.md shows ${file} as it is`, async () => {
    assert.ok((await read(file)).includes(code), code);
  });
}

test('docs/adding-a-provider.md shows every step of the example, which stays small', async () => {
  assert.ok(excerpts.length >= 4);
  const files = (await readdir(join(packageRoot, 'examples', 'acme'))).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map(async (name) => await read('examples', 'acme', name)));
  const lines = texts.join('').split('\n').length;
  assert.ok(lines < 400, `${lines} lines`);
});
