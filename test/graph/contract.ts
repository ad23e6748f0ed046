import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { GraphStore } from '../../src/graph/store.ts';
import {
  changeOf,
  dumpOf,
  edgesOf,
  make,
  minute,
  replayOf,
  task,
  testModel,
  user,
} from '../support/changes.ts';
import { openMemory, type OpenStore, type OpenTestStore } from '../support/stores.ts';

/** What every store must do. Each test has keys of its own, so that they share one database. */
export function describeStore(
  name: string,
  open: OpenTestStore,
  options: { readonly skip?: string | false } = {},
): void {
  suite(`${name} › contract`, options, () => {
    let opened: OpenStore;
    let store: GraphStore;
    before(async () => {
      opened = await open();
      store = opened.store;
    });
    after(async () => {
      await opened.close();
    });

    const propertiesOf = async (id: string) => (await store.entity('Task', `t:${id}`))?.properties;
    const edgesAt = async (key: string) => (await edgesOf(store)).filter((edge) => edge.includes(key));

    test('tells the model that it was migrated to', async () => {
      const { nodes, edges } = await store.declared();
      assert.deepEqual(nodes['Task'], testModel.nodes.Task);
      assert.deepEqual(edges['WATCHES'], testModel.edges.WATCHES);
    });

    test('keeps every type of property exactly', async () => {
      const properties = {
        name: `ünï "quotes" 'and' \\ {} \n tab\t 🙂`,
        points: Number.MAX_SAFE_INTEGER,
        hours: 1,
        done: false,
        due: '2026-11-24T12:00:00.123456Z',
        tags: ['a,b', 'c"]', ''],
      };
      await store.apply(changeOf(1, [make.upsert(task('types'), properties)]));
      assert.deepEqual(await propertiesOf('types'), { ...properties, tags: ['a,b', 'c"]'] });
    });

    test('an empty list stays one', async () => {
      await store.apply(changeOf(1, [make.upsert(task('empty'), { tags: [] })]));
      assert.deepEqual(await propertiesOf('empty'), { tags: [] });
    });

    test('drops what no store can hold: NUL and half surrogates', async () => {
      await store.apply(changeOf(1, [make.upsert(task('nul'), { name: 'a\0b\ud800c' })]));
      assert.deepEqual(await propertiesOf('nul'), { name: 'ab\ufffdc' });
    });

    test('the newest write of each property wins, whenever it arrives', async () => {
      await store.apply(changeOf(5, [make.upsert(task('lww'), { name: 'new', points: 5 })]));
      await store.apply(changeOf(3, [make.upsert(task('lww'), { name: 'old', hours: 1.5 })]));
      assert.deepEqual(await propertiesOf('lww'), { name: 'new', points: 5, hours: 1.5 });
    });

    test('null removes a property, and an older value does not bring it back', async () => {
      await store.apply(changeOf(2, [make.upsert(task('null'), { name: 'x' })]));
      await store.apply(changeOf(4, [make.upsert(task('null'), { name: null })]));
      await store.apply(changeOf(3, [make.upsert(task('null'), { name: 'y' })]));
      const name = (await propertiesOf('null'))?.['name'];
      assert.ok(name === null || name === undefined);
    });

    test('equal times are decided by the key of the delivery', async () => {
      await store.apply(
        changeOf(1, [make.upsert(task('tie'), { name: 'b' })], { deliveryId: 'zz', key: 'test:tie-b' }),
      );
      await store.apply(
        changeOf(1, [make.upsert(task('tie'), { name: 'a' })], { deliveryId: 'za', key: 'test:tie-a' }),
      );
      assert.equal((await propertiesOf('tie'))?.['name'], 'b');
    });

    test('a mutation of its own time counts by that', async () => {
      await store.apply(changeOf(9, [make.upsert(task('own'), { name: 'early' }, minute(1))]));
      await store.apply(changeOf(2, [make.upsert(task('own'), { name: 'late' })]));
      assert.equal((await propertiesOf('own'))?.['name'], 'late');
    });

    test('a deletion leaves the node with its time, without edges, and outlives late news', async () => {
      await store.apply(changeOf(1, [make.link(task('del'), 'ASSIGNED_TO', user('del'))]));
      await store.apply(changeOf(5, [make.remove(task('del'))]));
      await store.apply(
        changeOf(4, [
          make.upsert(task('del'), { name: 'late' }),
          make.link(task('del'), 'BLOCKS', task('del2')),
        ]),
      );
      const view = await store.entity('Task', 't:del');
      assert.equal(view?.deletedAt, minute(5));
      assert.deepEqual(await edgesAt('t:del '), []);
      assert.equal(view.deliveries.length, 3);
    });

    test('a deletion that arrives first wins all the same', async () => {
      await store.apply(changeOf(5, [make.remove(task('del-first'))]));
      await store.apply(
        changeOf(1, [
          make.upsert(task('del-first'), { name: 'x' }),
          make.link(task('del-first'), 'ASSIGNED_TO', user('f')),
        ]),
      );
      assert.equal((await store.entity('Task', 't:del-first'))?.deletedAt, minute(5));
      assert.deepEqual(await edgesAt('t:del-first'), []);
    });

    test('a node that is said to exist later lives again, without its old edges', async () => {
      await store.apply(changeOf(1, [make.link(task('back'), 'ASSIGNED_TO', user('back'))]));
      await store.apply(changeOf(2, [make.remove(task('back'))]));
      await store.apply(changeOf(3, [make.upsert(task('back'), { name: 'again' })]));
      assert.equal((await store.entity('Task', 't:back'))?.deletedAt, null);
      assert.deepEqual(await edgesAt('t:back'), []);
    });

    test('a mention makes a stub and revives nothing', async () => {
      await store.apply(changeOf(5, [make.remove(task('gone'))]));
      await store.apply(changeOf(6, [make.link(task('mentions'), 'BLOCKS', task('gone'))]));
      assert.equal((await store.entity('Task', 't:gone'))?.deletedAt, minute(5));
      assert.deepEqual((await store.entity('Task', 't:mentions'))?.deletedAt, null);
      assert.deepEqual(await edgesAt('t:gone'), ['t:mentions -BLOCKS-> t:gone']);
    });

    test('an edge ends, begins again, and an older beginning does not count', async () => {
      const [from, to] = [task('life'), user('life')];
      await store.apply(changeOf(4, [make.unlink(from, 'ASSIGNED_TO', to)]));
      await store.apply(changeOf(3, [make.link(from, 'ASSIGNED_TO', to)]));
      assert.deepEqual(await edgesAt('t:life'), []);
      await store.apply(changeOf(5, [make.link(from, 'ASSIGNED_TO', to)]));
      assert.deepEqual(await edgesAt('t:life'), ['t:life -ASSIGNED_TO-> u:life']);
    });

    test('a full list ends what is not on it, and what is older and late', async () => {
      const from = task('full');
      await store.apply(
        changeOf(1, [make.link(from, 'ASSIGNED_TO', user('a')), make.link(from, 'ASSIGNED_TO', user('b'))]),
      );
      await store.apply(changeOf(3, [make.replaceOut(from, 'ASSIGNED_TO', [user('b'), user('c')])]));
      await store.apply(changeOf(2, [make.link(from, 'ASSIGNED_TO', user('d'))]));
      await store.apply(changeOf(4, [make.link(from, 'ASSIGNED_TO', user('e'))]));
      assert.deepEqual(await edgesAt('t:full'), [
        't:full -ASSIGNED_TO-> u:b',
        't:full -ASSIGNED_TO-> u:c',
        't:full -ASSIGNED_TO-> u:e',
      ]);
    });

    test('a full list of incoming edges ends the others of that direction alone', async () => {
      const to = task('incoming');
      await store.apply(
        changeOf(1, [make.link(task('in1'), 'BLOCKS', to), make.link(to, 'BLOCKS', task('in3'))]),
      );
      await store.apply(changeOf(2, [make.replaceIn(to, 'BLOCKS', [task('in2')])]));
      assert.deepEqual(await edgesAt('t:incoming'), [
        't:in2 -BLOCKS-> t:incoming',
        't:incoming -BLOCKS-> t:in3',
      ]);
    });

    test('an edge of a node to itself is one edge', async () => {
      await store.apply(changeOf(1, [make.link(user('self'), 'WATCHES', user('self'))]));
      assert.deepEqual(await edgesAt('u:self'), ['u:self -WATCHES-> u:self']);
    });

    test('the same run again answers the same and writes nothing', async () => {
      const change = changeOf(1, [make.upsert(task('same'), { name: 'x' })]);
      const first = await store.apply(change);
      const before = await dumpOf(store);
      assert.deepEqual(await store.apply(change), first);
      assert.equal(first.outcome, 'written');
      assert.equal(await dumpOf(store), before);
    });

    test('a delivery that another execution applied is skipped', async () => {
      const change = changeOf(1, [make.upsert(task('known'), { name: 'x' })]);
      await store.apply(change);
      const again = {
        ...change,
        runId: 'r2',
        firstRunId: 'r2',
        mutations: [make.upsert(task('known'), { name: 'y' })],
      };
      assert.equal((await store.apply(again)).outcome, 'skipped');
      assert.equal((await propertiesOf('known'))?.['name'], 'x');
    });

    test('a replay withdraws what the delivery does not say any more, and older values return', async () => {
      await store.apply(changeOf(1, [make.upsert(task('replay'), { name: 'older', points: 1 })]));
      const wrong = changeOf(2, [
        make.upsert(task('replay'), { name: 'wrong', hours: 2 }),
        make.link(task('replay'), 'ASSIGNED_TO', user('wrong')),
        make.link(task('replay'), 'ASSIGNED_TO', user('right')),
      ]);
      await store.apply(wrong);
      const right = [
        make.upsert(task('replay'), { hours: 3 }),
        make.link(task('replay'), 'ASSIGNED_TO', user('right')),
      ];
      assert.equal((await store.apply(replayOf(wrong, right))).outcome, 'written');
      assert.deepEqual(await propertiesOf('replay'), { name: 'older', points: 1, hours: 3 });
      assert.deepEqual(await edgesAt('t:replay'), ['t:replay -ASSIGNED_TO-> u:right']);
      assert.equal(await store.entity('User', 'u:wrong'), undefined);
    });

    test('a replay that withdraws a deletion brings the node and its edges back', async () => {
      await store.apply(changeOf(1, [make.link(task('undelete'), 'ASSIGNED_TO', user('undelete'))]));
      const wrong = changeOf(2, [make.remove(task('undelete'))]);
      await store.apply(wrong);
      await store.apply(replayOf(wrong, [make.upsert(task('undelete'), { name: 'kept' })]));
      assert.equal((await store.entity('Task', 't:undelete'))?.deletedAt, null);
      assert.deepEqual(await edgesAt('t:undelete'), ['t:undelete -ASSIGNED_TO-> u:undelete']);
    });

    test('tells of a node its neighbours, its deliveries and who wrote what', async () => {
      const change = changeOf(1, [
        make.upsert(task('view'), { name: 'seen' }),
        make.upsert(user('view'), { name: 'Ada' }),
        make.link(task('view'), 'ASSIGNED_TO', user('view')),
      ]);
      await store.apply(change);
      const at = { at: minute(1), delivery: change.key };
      assert.deepEqual(await store.entity('Task', 't:view'), {
        node: task('view'),
        properties: { name: 'seen' },
        deletedAt: null,
        sources: { name: at },
        neighbours: [{ type: 'ASSIGNED_TO', direction: 'out', node: user('view'), name: 'Ada', ...at }],
        deliveries: [{ key: change.key, eventType: 'event', eventTime: minute(1) }],
      });
    });

    test('knows no node of another label or key', async () => {
      assert.equal(await store.entity('Task', 'nobody'), undefined);
      assert.equal(await store.entity('Nonsense', 't:view'), undefined);
    });

    const unknown = { label: 'Nope', key: 'n:1' };
    for (const [what, mutation] of [
      ['an unknown label', { op: 'upsert-node', node: unknown, properties: {} }],
      ['an unknown property', { op: 'upsert-node', node: task('bad'), properties: { colour: 'red' } }],
      ['a value of another type', { op: 'upsert-node', node: task('bad'), properties: { points: 'five' } }],
      ['an integer with decimals', { op: 'upsert-node', node: task('bad'), properties: { points: 1.5 } }],
      ['a time of another form', { op: 'upsert-node', node: task('bad'), properties: { due: '2026-11-24' } }],
      ['an unknown relationship', { op: 'upsert-edge', type: 'LOVES', from: task('bad'), to: user('bad') }],
      [
        'a relationship between other labels',
        { op: 'upsert-edge', type: 'ASSIGNED_TO', from: user('bad'), to: task('bad') },
      ],
      [
        'an empty key',
        {
          op: 'upsert-node',
          node: task('bad').key === '' ? unknown : { label: 'Task', key: '' },
          properties: {},
        },
      ],
      ['a key with a NUL', { op: 'delete-node', node: { label: 'Task', key: 't:\0' } }],
    ] as const) {
      test(`rejects ${what}, and writes nothing of the delivery`, async () => {
        const change = changeOf(1, [make.upsert(task('with-bad'), { name: 'x' }), mutation]);
        await assert.rejects(async () => await store.apply(change), {
          code: 'GRAPH_REJECTED',
          retryable: false,
        });
        assert.equal(await store.entity('Task', 't:with-bad'), undefined);
      });
    }

    test('migrating again, with more, keeps what is there', async () => {
      await store.apply(changeOf(1, [make.upsert(task('migrate'), { name: 'kept' })]));
      await store.migrate({
        nodes: { Task: { extra: 'string' }, Added: { name: 'string' } },
        edges: { ASSIGNED_TO: [['Task', 'Added']] },
      });
      const added = { label: 'Added', key: 'a:1' };
      await store.apply(
        changeOf(2, [
          { op: 'upsert-node', node: task('migrate'), properties: { extra: 'more' } },
          { op: 'upsert-edge', type: 'ASSIGNED_TO', from: task('migrate'), to: added },
        ]),
      );
      assert.deepEqual(await propertiesOf('migrate'), { name: 'kept', extra: 'more' });
      assert.deepEqual(await edgesAt('a:1'), ['t:migrate -ASSIGNED_TO-> a:1']);
    });

    test('300 concurrent changes of a few nodes give the graph of one after the other', async () => {
      const changes = Array.from({ length: 300 }, (_, index) =>
        changeOf(index % 60, [
          make.upsert(task(`busy${index % 7}`), { name: `n${index}`, points: index }),
          index % 3 === 0
            ? make.unlink(task(`busy${index % 7}`), 'ASSIGNED_TO', user(`busy${index % 5}`))
            : make.link(task(`busy${index % 7}`), 'ASSIGNED_TO', user(`busy${index % 5}`)),
        ]),
      );
      await Promise.all(changes.map(async (change) => await store.apply(change)));
      const reference = await openMemory();
      for (const change of changes.toReversed()) await reference.store.apply(change);
      const busy = (dump: string) => dump.split('\n').filter((line) => line.includes('busy'));
      assert.deepEqual(busy(await dumpOf(store)).length > 0, true);
      assert.deepEqual(busy(await dumpOf(store)), busy(await dumpOf(reference.store)));
      await reference.close();
    });
  });
}
