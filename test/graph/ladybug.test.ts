import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Checkpoints } from '../../src/graph/ladybug/checkpoints.ts';
import { openDatabase, Session } from '../../src/graph/ladybug/engine.ts';
import { LadybugStore, openLadybugStore } from '../../src/graph/ladybug/store.ts';
import type { Mutation } from '../../src/graph/mutation.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import { changeOf, make, task, testModel, user } from '../support/changes.ts';
import { inFolder } from '../support/folder.ts';
import { openLadybug, type OpenStore } from '../support/stores.ts';

const bounds = { timeoutMs: 5000, maxRows: 100 };
const bufferPoolBytes = 256 * 1024 * 1024;
/** Full after 170 of the deliveries below, were no checkpoint made. */
const scarceBytes = 32 * 1024 * 1024;
const poolFull =
  'Buffer manager exception: Unable to allocate memory! The buffer pool is full and no memory could be freed!';

function mutationsOfOne(n: number): Mutation[] {
  return [
    make.upsert(task(n % 7), {
      name: `task ${n}`,
      points: n,
      tags: ['a'],
      due: '2026-11-24T12:00:00.000000Z',
    }),
    make.upsert(user(n % 5), { name: `user ${n}` }),
    make.link(task(n % 7), 'ASSIGNED_TO', user(n % 5)),
  ];
}

suite('LadybugDB › queries', () => {
  let opened: OpenStore;
  let store: GraphStore;
  before(async () => {
    opened = await openLadybug();
    store = opened.store;
    await store.apply(
      changeOf(1, [
        make.upsert(task(1), { name: 'one', due: '2026-11-24T12:00:00.000000Z', tags: ['a'] }),
        make.upsert(user(1), { name: 'Ada' }),
        make.link(task(1), 'ASSIGNED_TO', user(1)),
      ]),
    );
  });
  after(async () => {
    await opened.close();
  });

  test('labels and relationships are real, parameters are parameters', async () => {
    const result = await store.query(
      'MATCH (t:Task)-[:ASSIGNED_TO]->(u:User {name: $name}) RETURN t.key, t.due, u.name AS who',
      { name: 'Ada' },
      bounds,
    );
    assert.deepEqual(result, {
      columns: ['t.key', 't.due', 'who'],
      rows: [['t:1', '2026-11-24T12:00:00.000000Z', 'Ada']],
      truncated: false,
    });
  });

  test('whole nodes come with their label and without what the store keeps for itself', async () => {
    const { rows } = await store.query('MATCH (t:Task) RETURN t', {}, bounds);
    assert.deepEqual(rows, [
      [{ label: 'Task', key: 't:1', name: 'one', due: '2026-11-24T12:00:00.000000Z', tags: ['a'] }],
    ]);
  });

  test('a path comes as its nodes and relationships', async () => {
    const { rows } = await store.query('MATCH p = (:Task)-[:ASSIGNED_TO]->(:User) RETURN p', {}, bounds);
    const [[path]] = rows as [[{ nodes: { label: string }[]; relationships: { label: string }[] }]];
    assert.deepEqual(
      [path.nodes.map(({ label }) => label), path.relationships.map(({ label }) => label)],
      [['Task', 'User'], ['ASSIGNED_TO']],
    );
  });

  test('every delivery is a node with edges to what it touched', async () => {
    const { rows } = await store.query(
      'MATCH (d:Delivery)-[:TOUCHED]->(n) RETURN d.provider, n.key ORDER BY n.key',
      {},
      bounds,
    );
    assert.deepEqual(rows, [
      ['test', 't:1'],
      ['test', 'u:1'],
    ]);
  });

  test('more rows than asked for are cut, and said to be', async () => {
    const result = await store.query('UNWIND [1, 2, 3] AS x RETURN x', {}, { ...bounds, maxRows: 2 });
    assert.deepEqual([result.rows, result.truncated], [[[1], [2]], true]);
  });

  test('a query over its time is ended', async () => {
    const list = `[${Array.from({ length: 300 }, (_, index) => index).join(',')}]`;
    const slow = `UNWIND ${list} AS a UNWIND ${list} AS b UNWIND ${list} AS c UNWIND ${list} AS d RETURN sum(a * b + c * d)`;
    await assert.rejects(async () => await store.query(slow, {}, { timeoutMs: 100, maxRows: 1 }), {
      code: 'QUERY_TIMEOUT',
    });
  });

  test('a query that is no query is refused with what the engine says', async () => {
    await assert.rejects(async () => await store.query('MATCH (n:Nobody) RETURN n', {}, bounds), {
      code: 'QUERY_REFUSED',
      message: /Nobody/,
    });
  });
});

suite('LadybugDB › durability', () => {
  test('a second process is refused with a clear error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flowstate-lock-'));
    const child = await startWriter(folder);
    try {
      await child.acknowledged(1);
      await assert.rejects(
        async () => await openLadybugStore({ path: join(folder, 'graph.lbug'), bufferPoolBytes }),
        {
          code: 'DATA_DIR_LOCKED',
        },
      );
    } finally {
      await child.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });

  // The engine writes its log in pieces of 4 KB.
  for (const [characters, count] of [
    [10, 300],
    [5000, 300],
    [100_000, 40],
  ] as const)
    test(`kill -9 in the middle of writing texts of ${characters} loses nothing that was acknowledged`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'flowstate-kill-'));
      const child = await startWriter(folder, characters);
      await child.acknowledged(count);
      await child.kill();
      const store = await openLadybugStore({ path: join(folder, 'graph.lbug'), bufferPoolBytes });
      await store.migrate(testModel);
      const { rows } = await store.query('MATCH (t:Task) RETURN t.key', {}, { ...bounds, maxRows: 100_000 });
      const present = new Set(rows.map(([key]) => key));
      const missing = child.ids().filter((id) => !present.has(`t:${id}`));
      await store.close();
      await rm(folder, { recursive: true, force: true });
      assert.deepEqual(missing, []);
    });

  test('the log of an earlier release, with checksums, is read', async () => {
    await inFolder(async (folder) => {
      const path = await leaveKilledGraph(folder, 'checksums');
      for (const start of ['the first', 'the next'])
        assert.deepEqual(await notesIn(path), ['n:1', 'n:2'], start);
    });
  });

  for (const bytes of [1, 100, 4096, 20_000])
    test(`a log whose last transaction lacks ${bytes} bytes, as a kill may leave it, loses that one alone`, async () => {
      await inFolder(async (folder) => {
        const path = await leaveKilledGraph(folder, 'plain');
        truncateSync(`${path}.wal`, statSync(`${path}.wal`).size - bytes);
        assert.deepEqual(await notesIn(path, "CREATE (:Note {key: 'n:3'})"), ['n:1', 'n:3']);
        assert.deepEqual(await notesIn(path), ['n:1', 'n:3'], 'at the next start');
      });
    });

  test('deliveries one by one, more than memory holds versions of, are all written', async () => {
    await inFolder(async (folder) => {
      const store = await openLadybugStore({
        path: join(folder, 'graph.lbug'),
        bufferPoolBytes: scarceBytes,
      });
      await store.migrate(testModel);
      for (let n = 0; n < 400; n += 1) await store.apply(changeOf(n % 60, mutationsOfOne(n)));
      const { rows } = await store.query('MATCH (d:Delivery) RETURN count(d)', {}, bounds);
      await store.close();
      assert.deepEqual(rows, [[400]]);
    });
  });

  test('a transaction for which memory is too full is written after a checkpoint', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'graph.lbug');
      const database = await openDatabase(path, bufferPoolBytes);
      const session = await Session.open(database);
      const checkpoints = Checkpoints.of(session, path, bufferPoolBytes);
      const store = new LadybugStore(database, session, { folder, checkpoints });
      await store.migrate(testModel);
      const run = session.run.bind(session);
      const seen: string[] = [];
      session.run = async (statement, parameters) => {
        seen.push(statement);
        if (statement === 'COMMIT' && !seen.includes('CHECKPOINT')) throw new Error(poolFull);
        return await run(statement, parameters);
      };
      session.checkpoint = async () => void seen.push('CHECKPOINT');
      assert.equal((await store.apply(changeOf(1, mutationsOfOne(1)))).outcome, 'written');
      assert.deepEqual(
        seen.filter((statement) => /^[A-Z ]+$/.test(statement)),
        ['BEGIN TRANSACTION', 'COMMIT', 'ROLLBACK', 'CHECKPOINT', 'BEGIN TRANSACTION', 'COMMIT'],
      );
      await store.close();
    });
  });

  test('a large log gets its checkpoint between transactions, and never in one, where it would hold up everybody', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'graph.lbug');
      const database = await openDatabase(path, 512 * 1024 * 1024);
      const session = await Session.open(database);
      const checkpoints = Checkpoints.of(session, path, 512 * 1024 * 1024);
      const store = new LadybugStore(database, session, { folder, checkpoints });
      await store.migrate(testModel);
      const checkpoint = session.checkpoint.bind(session);
      let made = 0;
      session.checkpoint = async () => {
        made += 1;
        await checkpoint();
      };
      const logBytes = (): number => statSync(`${path}.wal`, { throwIfNoEntry: false })?.size ?? 0;
      const name = 'n'.repeat(1024 * 1024);
      for (let n = 0, [before, madeBefore] = [logBytes(), 0]; n < 24; n += 1) {
        await store.apply(changeOf(n, [make.upsert(task(n), { name })]));
        assert.ok(logBytes() > before || made > madeBefore, 'the log shrank in a transaction');
        [before, madeBefore] = [logBytes(), made];
      }
      await store.close();
      assert.equal(made, 1);
    });
  });

  test('after close it is unavailable', async () => {
    const opened = await openLadybug();
    const { store } = opened;
    await opened.close();
    await assert.rejects(async () => await store.apply(changeOf(1, [])), {
      code: 'GRAPH_UNAVAILABLE',
      retryable: true,
    });
    await assert.rejects(async () => await store.ping(), { code: 'GRAPH_UNAVAILABLE' });
  });
});

/** A graph of the notes n:1 and n:2 that a process left when it was killed. @returns its path */
async function leaveKilledGraph(folder: string, log: 'plain' | 'checksums'): Promise<string> {
  const path = join(folder, 'graph.lbug');
  const script = fileURLToPath(new URL('../support/killed-graph.js', import.meta.url));
  const child = spawn(process.execPath, [script, path, log], { stdio: 'inherit' });
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  return path;
}

async function notesIn(path: string, change?: string): Promise<unknown[]> {
  const database = await openDatabase(path, bufferPoolBytes);
  const session = await Session.open(database);
  if (change !== undefined) await session.run(change);
  const rows = await session.run('MATCH (n:Note) RETURN n.key AS key ORDER BY key');
  await session.close();
  await database.close();
  return rows.map(({ key }) => key);
}

interface Writer {
  acknowledged(count: number): Promise<void>;
  ids(): readonly string[];
  kill(): Promise<void>;
}

/** A process that writes without end and prints the id of each change that was acknowledged. */
async function startWriter(folder: string, characters = 10): Promise<Writer> {
  const script = fileURLToPath(new URL('../support/graph-writer.js', import.meta.url));
  const child = spawn(process.execPath, [script, join(folder, 'graph.lbug'), String(characters)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ids: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => ids.push(line));
  return {
    ids: () => ids,
    acknowledged: async (count) => {
      while (ids.length < count) await once(lines, 'line');
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
