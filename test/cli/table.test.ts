import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../src/cli/table.ts';

test('a table shows what senders wrote, and lets no terminal obey it', () => {
  const text = table(['title'], [['one\n two\u001b[2Jthree']]);
  assert.equal(text, 'title\none two�[2Jthree\n');
});

test('a table hides it also in keys of nodes and in lists and mappings', () => {
  const node = { label: 'Task', key: 'a\u001b[2J', name: null };
  const rows = [[node], [[node, { ...node, name: 'b\u009b2J' }]], [['c\u009b2J']], [{ 'd\u007f': 1 }]];
  assert.equal(table(['title'], rows), 'title\na�[2J\na�[2J, Task b�2J\n["c�2J"]\n{"d�":1}\n');
});
