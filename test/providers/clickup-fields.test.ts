import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mutation } from '../../src/provider-kit.ts';
import { mutationsOfItem } from './clickup-support.ts';

const fields: readonly string[] = [
  'task_creation',
  'name',
  'content',
  'status',
  'priority',
  'assignee_add',
  'assignee_rem',
  'due_date',
  'start_date',
  'time_estimate',
  'time_spent',
  'tag',
  'tag_removed',
  'section_moved',
  'comment',
  'custom_field',
  'checklist_items_added',
  'constructor',
  '__proto__',
];
const shapes: readonly unknown[] = [
  undefined,
  null,
  7,
  -1.5,
  true,
  '',
  'text',
  [],
  [null],
  {},
  { id: {} },
  { id: 1 },
];

for (const field of fields) {
  test(`clickup › ${field} in a shape that nobody documented is a touch of its task, never an error`, async () => {
    for (const shape of shapes) {
      const { before, after, custom_field, comment } = {
        before: shape,
        after: shape,
        custom_field: shape,
        comment: shape,
      };
      const item = {
        id: '1',
        date: '1772446530000',
        field,
        before,
        after,
        custom_field,
        comment,
        user: shape,
      };
      const [first] = await mutationsOfItem(item);
      assert.ok(first?.op === 'upsert-node' && first.node.key === 'clickup:task:t1');
    }
  });
}

function tagged(mutations: readonly Mutation[]): string[] {
  return mutations.flatMap((one) =>
    (one.op === 'upsert-edge' || one.op === 'delete-edge') && one.type === 'TAGGED_WITH'
      ? [`${one.op} ${one.to.key}`]
      : [],
  );
}

const tagChanges: readonly (readonly [string, string, unknown, unknown, string[]])[] = [
  ['a first tag', 'tag', null, ['a'], ['upsert-edge clickup:tag:a']],
  [
    'all tags after one was added',
    'tag',
    ['a'],
    ['a', 'b'],
    ['upsert-edge clickup:tag:a', 'upsert-edge clickup:tag:b'],
  ],
  [
    'all tags after one was removed',
    'tag',
    ['a', 'b'],
    ['a'],
    ['upsert-edge clickup:tag:a', 'delete-edge clickup:tag:b'],
  ],
  ['the last tag, removed', 'tag', ['a'], null, ['delete-edge clickup:tag:a']],
  ['a removed tag in after', 'tag_removed', null, ['a'], ['delete-edge clickup:tag:a']],
  ['a removed tag in before', 'tag_removed', ['a'], null, ['delete-edge clickup:tag:a']],
  ['those left in after', 'tag_removed', ['a', 'b'], ['b'], ['delete-edge clickup:tag:a']],
];

for (const [name, field, before, after, expected] of tagChanges) {
  test(`clickup › reads tags as ${name}`, async () => {
    const objects = (names: unknown) =>
      Array.isArray(names) ? names.map((name: string) => ({ name })) : null;
    const item = { id: '1', date: '1', field, before: objects(before), after: objects(after) };
    assert.deepEqual(tagged(await mutationsOfItem(item)), expected);
  });
}

const values: readonly (readonly [string, object, unknown, string | null])[] = [
  ['a text', { type: 'short_text' }, 'seven', 'seven'],
  ['a number', { type: 'number' }, 7.5, '7.5'],
  ['an empty field', { type: 'short_text' }, null, null],
  [
    'an option by its id',
    { type: 'drop_down', type_config: { options: [{ id: 'x', name: 'Ten' }] } },
    'x',
    'Ten',
  ],
  ['labels', { type: 'labels', type_config: { options: [{ id: 'x', label: 'L' }] } }, ['x', 'y'], 'L, y'],
  [
    'people',
    { type: 'users' },
    [
      { id: 1, username: 'Ada' },
      { id: 2, username: 'Ben' },
    ],
    'Ada, Ben',
  ],
  ['what is known to nobody', { type: 'location' }, { lat: 1 }, '{"lat":1}'],
];

for (const [name, definition, after, value] of values) {
  test(`clickup › a custom field's value as a text: ${name}`, async () => {
    const custom_field = { id: 'f1', name: 'Field', ...definition };
    const item = { id: '1', date: '1', field: 'custom_field', custom_field, after };
    const node = (await mutationsOfItem(item)).find(
      (one) => one.op === 'upsert-node' && one.node.label === 'CustomField',
    );
    assert.ok(node?.op === 'upsert-node');
    assert.equal(node.properties['value'], value);
  });
}

const keys: readonly (readonly [string, string])[] = [
  ['To Do', 'clickup:status:to%20do'],
  ['100% done', 'clickup:status:100%25%20done'],
  ['in_progress', 'clickup:status:in_progress'],
];

test('clickup › a status is one node whatever its case, and its key is printable and bounded', async () => {
  const keyOf = async (status: string) => {
    const mutations = await mutationsOfItem({ id: '1', date: '1', field: 'status', after: { status } });
    return mutations.find((one) => one.op === 'replace-edges' && one.type === 'HAS_STATUS');
  };
  for (const [name, key] of keys) {
    const edge = await keyOf(name);
    assert.ok(edge?.op === 'replace-edges');
    assert.deepEqual(edge.others, [{ label: 'Status', key }]);
    assert.deepEqual(await keyOf(name.toUpperCase()), edge);
  }
  for (const name of ['готово', 'a/b', 'x'.repeat(5000)]) {
    const edge = await keyOf(name);
    assert.ok(edge?.op === 'replace-edges');
    assert.match(edge.others[0]?.key ?? '', /^clickup:status:[!-.0-~]{1,180}$/);
  }
});
