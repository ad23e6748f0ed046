import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSavedQueries } from '../../src/graph/saved/load-saved-queries.ts';
import { packageRoot } from '../../src/package-root.ts';
import { flowstate } from '../cli/run.ts';
import { type Evening, serveEvening } from '../support/evening.ts';

const page = await readFile(join(packageRoot, 'docs', 'questions.md'), 'utf8');
const queries = await loadSavedQueries();
const examples = [...page.matchAll(/```console\n\$ flowstate (graph [^\n]*)\n([\s\S]*?)```/g)].map(
  ([, words = '', output = '']) => ({ words: words.split(' '), output }),
);

suite('docs/questions.md', () => {
  let evening: Evening;
  before(async () => {
    evening = await serveEvening();
  });
  after(async () => {
    await evening.close();
  });

  test('has an example of each saved query', () => {
    const shown = new Set(examples.map(({ words }) => words[2]));
    assert.deepEqual(
      [...queries.keys()].filter((name) => !shown.has(name)),
      [],
    );
  });

  for (const { words, output } of examples) {
    test(`shows what the command prints: ${words.join(' ')}`, async () => {
      const ended = await flowstate(words, { env: evening.environment });
      assert.deepEqual(ended, { status: 0, out: output, err: '' });
    });
  }
});
