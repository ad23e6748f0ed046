import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../src/provider-kit.ts';
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

test('clickup › ids beyond 2^53 and ids as numbers keep their digits', async () => {
  const body = '{"event":"listUpdated","webhook_id":1,"list_id":90120455100199999999}';
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
