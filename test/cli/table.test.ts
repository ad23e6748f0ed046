import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../src/cli/table.ts';

test('a table shows what senders wrote, and lets no terminal obey it', () => {
  const text = table(['title'], [['one\n two\u001b[2Jthree']]);
  assert.equal(text, 'title\none two�[2Jthree\n');
});
