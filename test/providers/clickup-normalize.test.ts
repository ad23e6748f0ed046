import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mutation } from '../../src/provider-kit.ts';
import clickup from '../../src/providers/clickup/index.ts';
import { fixture, fixtures, mutationsOfItem, normalized } from './clickup-support.ts';

for (const one of fixtures) {
  test(`clickup › ${one.name} gives exactly its mutations, twice`, async () => {
    assert.equal(one.file, `${one.name}.json`);
    assert.ok('mutations' in one.expected);
    const { deliveryId, ...expected } = one.expected;
    assert.ok(deliveryId);
    assert.deepEqual(await normalized(one), expected);
    assert.deepEqual(await normalized(one), expected);
  });
}

test('clickup › has a fixture of the plain name for each documented event', () => {
  const names = new Set(fixtures.map(({ name }) => name));
  assert.deepEqual(
    clickup.events.filter((event) => !names.has(event)),
    [],
  );
});

const twins: readonly (readonly [string, string])[] = [
  ['taskStatusUpdated', 'taskUpdated.status'],
  ['taskPriorityUpdated', 'taskUpdated.priority'],
  ['taskAssigneeUpdated', 'taskUpdated.assignee-added'],
  ['taskAssigneeUpdated.removed', 'taskUpdated.assignee-removed'],
  ['taskMoved', 'taskUpdated.moved'],
  ['taskCommentPosted', 'taskUpdated.commented'],
];

for (const [name, twin] of twins) {
  test(`clickup › ${twin} says the same as ${name}, at the same times`, async () => {
    assert.deepEqual(await normalized(fixture(twin)), await normalized(fixture(name)));
  });
}

test('clickup › the status that comes with a new task is said by both of its events', async () => {
  const created = (await normalized(fixture('taskCreated'))).mutations.map((one) => JSON.stringify(one));
  const { mutations } = await normalized(fixture('taskStatusUpdated.created'));
  assert.ok(mutations.length > 0);
  for (const mutation of mutations) assert.ok(created.includes(JSON.stringify(mutation)));
});

test('clickup › every mutation of the fixtures is within the model', async () => {
  const { nodes, edges } = clickup.model;
  for (const one of fixtures) {
    for (const mutation of (await normalized(one)).mutations) {
      if (mutation.op === 'upsert-node') {
        const unknown = Object.keys(mutation.properties).filter(
          (name) => nodes[mutation.node.label]?.[name] === undefined,
        );
        assert.deepEqual(unknown, [], one.name);
      } else if (mutation.op !== 'delete-node') {
        assert.ok(edges[mutation.type], one.name);
      }
    }
  }
});

test('clickup › all history items count, each at its own time', async () => {
  const items = [
    { id: '1', date: '1772446530000', field: 'name', after: 'First' },
    { id: '2', date: '1772446590000', field: 'time_estimate', after: '60000' },
  ];
  const payload = { event: 'taskUpdated', webhook_id: 'w', task_id: 't1', history_items: items };
  const { eventTime, mutations } = await normalized({ payload, receivedAt: '2026-03-02T12:00:00.000Z' });
  assert.equal(eventTime, '2026-03-02T10:16:30.000000Z');
  const node = { label: 'Task', key: 'clickup:task:t1' };
  const at = ['2026-03-02T10:15:30.000000Z', '2026-03-02T10:16:30.000000Z'];
  assert.deepEqual(mutations, [
    { op: 'upsert-node', node, properties: { updated_at: at[0] }, at: at[0] },
    { op: 'upsert-node', node, properties: { name: 'First' }, at: at[0] },
    { op: 'upsert-node', node, properties: { updated_at: at[1] }, at: at[1] },
    { op: 'upsert-node', node, properties: { time_estimate_ms: 60000 }, at: at[1] },
  ]);
});

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

test('clickup › ids beyond 2^53 and ids as numbers keep their digits', async () => {
  const body = '{"event":"listUpdated","webhook_id":1,"list_id":90120455100199999999}';
  const { parseJson } = await import('../../src/provider-kit.ts');
  const payload = parseJson(Buffer.from(body));
  const { mutations } = await normalized({ payload, receivedAt: '2026-03-02T12:00:00.000Z' });
  assert.ok(mutations[0]?.op === 'upsert-node');
  assert.equal(mutations[0].node.key, 'clickup:list:90120455100199999999');
});

test('clickup › an edited comment that comes with the date of the first text is newer than that', async () => {
  const { mutations } = await normalized(fixture('taskCommentUpdated'));
  const texts = mutations.filter((one) => one.op === 'upsert-node' && 'text' in one.properties);
  assert.deepEqual(
    texts.map(({ at }) => at),
    ['2026-03-02T10:26:30.000000Z', '2026-03-02T10:40:00.000000Z'],
  );
});

test('clickup › an Automation that posts something else than a task changes nothing', async () => {
  const payload = {
    auto_id: 'a',
    trigger_id: 't',
    date: '2026-03-02T13:00:00.457Z',
    payload: { id: 'msg-1' },
  };
  const { mutations } = await normalized({ payload, receivedAt: '2026-03-02T13:00:01.000Z' });
  assert.deepEqual(mutations, []);
});

test('clickup › a task that a list event mentions is not what its history is about', async () => {
  const { payload, receivedAt } = fixture('listUpdated');
  const { mutations } = await normalized({ payload: { ...(payload as object), task_id: 't1' }, receivedAt });
  assert.deepEqual(mutations, (await normalized(fixture('listUpdated'))).mutations);
});

test('clickup › an event that is not documented touches what it names, and tells its task its history', async () => {
  const item = { id: '1', date: '1772446530000', field: 'name', after: 'First' };
  const ids = { task_id: 't1', list_id: 'l1', folder_id: 'f1', space_id: 's1', team_id: '9' };
  const payload = { event: 'thingDeleted', webhook_id: 'w', ...ids, history_items: [item] };
  const { mutations } = await normalized({ payload, receivedAt: '2026-03-02T12:00:00.000Z' });
  const touched = mutations.flatMap((one) => (one.op === 'upsert-node' ? [one.node.key] : []));
  const keys = ['clickup:task:t1', 'clickup:list:l1', 'clickup:folder:f1', 'clickup:space:s1'];
  assert.deepEqual([...new Set(touched)], keys);
  assert.ok(mutations.every(({ op }) => op !== 'delete-node'));
});

test('clickup › a list of which no folder is told keeps the one it has', async () => {
  const after = { id: 'l2', name: 'Backlog', project: { id: 's1', name: 'Company' } };
  const mutations = await mutationsOfItem({ id: '1', date: '1', field: 'section_moved', after });
  const placed = mutations.flatMap((one) =>
    one.op === 'replace-edges' ? [`${one.node.key} ${one.type}`] : [],
  );
  assert.deepEqual(placed, ['clickup:task:t1 BELONGS_TO', 'clickup:task:t1 CONTAINS']);
});

test('clickup › normalize refuses what identify would have refused', async () => {
  const receivedAt = '2026-03-02T13:00:01.000Z';
  await assert.rejects(normalized({ payload: { webhook_id: 'w' }, receivedAt }), { code: 'PAYLOAD_INVALID' });
});
