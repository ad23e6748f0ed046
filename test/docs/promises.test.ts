import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';

const page = await readFile(join(packageRoot, 'docs', 'promises.md'), 'utf8');
const named = [...page.matchAll(/^- \[(.+)\]\((.+)\) “(.+)”$/gm)].map(
  ([, title = '', path = '', name = '']) => ({
    file: path.replace('../', ''),
    title,
    name,
  }),
);

/** The titles of the tests of a compiled file, as patterns: what is filled in at run time stands for any text. */
function titlesOf(compiled: string): RegExp[] {
  const titles = compiled.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g);
  return [...titles].map(([, , title = '']) => {
    const parts = title.split(/\$\{[^}]*\}/).map((part) => literal(part.replace(/\\(.)/g, '$1')));
    return new RegExp(`^${parts.join('(.+)')}$`);
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

suite('docs/promises.md', () => {
  test('names tests, and every line of its lists is one', () => {
    const lines = page.split('\n## What is not promised')[0]?.match(/^- .*$/gm) ?? [];
    assert.ok(named.length > 20);
    assert.equal(named.length, lines.length);
  });

  for (const { file, title, name } of named) {
    test(`${title} has the test “${name}”`, async () => {
      assert.equal(file, `test/${title}.test.ts`);
      const path = join(packageRoot, 'dist', file.replace(/\.ts$/, '.js'));
      assert.ok(existsSync(path), `there is no ${file}`);
      const compiled = await readFile(path, 'utf8');
      const found = titlesOf(compiled)
        .map((title) => title.exec(name))
        .find((match) => match !== null);
      assert.ok(found, 'no test has this title');
      const [, ...filledIn] = found;
      for (const text of filledIn) assert.ok(compiled.includes(text), `nothing fills in “${text}”`);
    });
  }
});
