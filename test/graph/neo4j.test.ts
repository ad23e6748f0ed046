import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import neo4j from 'neo4j-driver';
import { createDriver, readSession } from '../../src/graph/neo4j/bolt.ts';
import { openNeo4jStore } from '../../src/graph/neo4j/store.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import { changeOf, dumpOf, make, minute, task, testModel, user } from '../support/changes.ts';
import { findNeo4j, startNeo4j, type TestNeo4j, withDriver } from '../support/neo4j.ts';
import type { OpenStore } from '../support/stores.ts';

const found = await findNeo4j();
const bounds = { timeoutMs: 20_000, maxRows: 100 };

suite('Neo4j › queries', { skip: found.skip }, () => {
  let server: TestNeo4j;
  let opened: OpenStore;
  let store: GraphStore;
  before(async () => {
    server = await startNeo4j(found);
    opened = await server.open();
    store = opened.store;
    await store.apply(
      changeOf(1, [
        make.upsert(task(1), { name: 'one', points: 7, due: '2026-11-24T12:00:00.000001Z', tags: ['a'] }),
        make.upsert(user(1), { name: 'Ada' }),
        make.link(task(1), 'ASSIGNED_TO', user(1)),
      ]),
    );
  });
  after(async () => {
    await opened.close();
    await server.stop();
  });

  const ask = async (cypher: string, parameters: Record<string, unknown> = {}) =>
    (await store.query(cypher, parameters, bounds)).rows;

  test('labels and relationships are real, parameters are parameters', async () => {
    const cypher =
      'MATCH (t:Task)-[:ASSIGNED_TO]->(u:User {name: $name}) RETURN t.key, t.due, u.name AS who LIMIT $n';
    assert.deepEqual(await store.query(cypher, { name: 'Ada', n: 1 }, bounds), {
      columns: ['t.key', 't.due', 'who'],
      rows: [['t:1', '2026-11-24T12:00:00.000001Z', 'Ada']],
      truncated: false,
    });
  });

  test('a query without rows has its columns', async () => {
    assert.deepEqual(await store.query('MATCH (n:Nobody) RETURN n.key AS k', {}, bounds), {
      columns: ['k'],
      rows: [],
      truncated: false,
    });
  });

  test('nodes, relationships and paths come without what the store keeps for itself', async () => {
    const one = {
      label: 'Task',
      key: 't:1',
      name: 'one',
      points: 7,
      due: '2026-11-24T12:00:00.000001Z',
      tags: ['a'],
    };
    const [row] = await ask('MATCH p = (t:Task)-[r:ASSIGNED_TO]->(u) RETURN t, r, p');
    const [node, edge, path] = row as [object, { label: string; stamp: string }, { nodes: object[] }];
    assert.deepEqual(node, one);
    assert.equal(edge.label, 'ASSIGNED_TO');
    assert.deepEqual(path.nodes, [one, { label: 'User', key: 'u:1', name: 'Ada' }]);
  });

  test('integers beyond 2^53 are texts, times are times in UTC', async () => {
    const [row] = await ask(
      "RETURN 9007199254740993 AS big, datetime('2026-11-24T13:00:00.5+01:00') AS at, date('2026-11-24') AS day, 1.5 AS f",
    );
    assert.deepEqual(row, ['9007199254740993', '2026-11-24T12:00:00.500000Z', '2026-11-24', 1.5]);
    assert.deepEqual(
      await ask("MATCH (t:Task) WHERE t.due > datetime('2026-11-24T11:59:59Z') RETURN t.key"),
      [['t:1']],
    );
  });

  test('more rows than asked for are cut, and said to be', async () => {
    const result = await store.query('UNWIND [1, 2, 3] AS x RETURN x', {}, { ...bounds, maxRows: 2 });
    assert.deepEqual([result.rows, result.truncated], [[[1], [2]], true]);
  });

  test('a query over its time is ended', async () => {
    const list = `[${Array.from({ length: 300 }, (_, index) => index).join(',')}]`;
    const slow = `UNWIND ${list} AS a UNWIND ${list} AS b UNWIND ${list} AS c UNWIND ${list} AS d RETURN sum(a * b + c * d)`;
    await assert.rejects(async () => await store.query(slow, {}, { timeoutMs: 500, maxRows: 1 }), {
      code: 'QUERY_TIMEOUT',
    });
  });

  test('a query that is no query is refused with what the server says', async () => {
    await assert.rejects(async () => await store.query('MATCH (n) RETURN m', {}, bounds), {
      code: 'QUERY_REFUSED',
      message: /`m` not defined/,
    });
  });

  test('the server itself refuses to write in the session of a query', async () => {
    const driver = createDriver(server.options);
    const session = readSession(driver, 'neo4j');
    await assert.rejects(
      async () => await session.run('CREATE (n:Task {key: "x"})'),
      /[Ww]riting in read access mode/,
    );
    await session.close();
    await driver.close();
  });

  test('an escape that the server reads before the query is refused: it would end a text', async () => {
    const hidden = "RETURN '\\u0027 AS x UNION CALL db.labels() YIELD label AS x RETURN x //'";
    const [answered] = await withDriver(server.options, async (run) => [await run(hidden)]);
    assert.ok((answered?.length ?? 0) > 1, 'the server runs what stands in the text');
    await assert.rejects(async () => await store.query(hidden, {}, bounds), { code: 'QUERY_REFUSED' });
  });

  test('values are of their types in the database', async () => {
    await withDriver(server.options, async (run) => {
      const [row] = await run(
        'MATCH (t:Task) RETURN valueType(t.points) AS p, valueType(t.due) AS d, valueType(t.tags) AS l',
      );
      assert.deepEqual(row, {
        p: 'INTEGER NOT NULL',
        d: 'ZONED DATETIME NOT NULL',
        l: 'LIST<STRING NOT NULL> NOT NULL',
      });
    });
  });

  test('the key of every label is unique, and the version of the schema is kept', async () => {
    await withDriver(server.options, async (run) => {
      const constraints = await run(
        "SHOW CONSTRAINTS YIELD labelsOrTypes WHERE labelsOrTypes[0] IN ['Task', 'User', 'Order', 'Delivery']",
      );
      assert.equal(constraints.length, 4);
      const [schema] = await run('MATCH (s:FlowStateSchema) RETURN s.version AS version');
      assert.deepEqual(schema, { version: 1n });
    });
  });

  test('a graph of a newer release is refused', async () => {
    const setVersion = async (version: number) =>
      await withDriver(server.options, async (run) => {
        await run('MATCH (s:FlowStateSchema) SET s.version = $version', { version: neo4j.int(version) });
      });
    await setVersion(99);
    const other = await openNeo4jStore(server.options);
    await assert.rejects(async () => await other.migrate(testModel), {
      code: 'GRAPH_REJECTED',
      message: /version 99/,
    });
    await other.close();
    await setVersion(1);
  });

  test('several processes may start at once on an empty database', async () => {
    await withDriver(server.options, async (run) => {
      for (const { name } of (await run('SHOW CONSTRAINTS YIELD name')) as { name: string }[])
        await run(`DROP CONSTRAINT \`${name}\``);
      await run('MATCH (s:FlowStateSchema) DELETE s');
    });
    const stores = await Promise.all([1, 2, 3].map(async () => await openNeo4jStore(server.options)));
    await Promise.all(stores.map(async (one) => await one.migrate(testModel)));
    await Promise.all(stores.map(async (one) => await one.close()));
  });
});

suite('Neo4j › connections', { skip: found.skip }, () => {
  test('encrypted with a private authority; another authority is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flowstate-tls-'));
    const server = await startNeo4j(found);
    const options = { ...server.options, uri: `bolt+s://localhost:${server.port}` };
    const store = await openNeo4jStore({ ...options, caFile: server.certificate });
    await store.migrate(testModel);
    await store.apply(changeOf(1, [make.upsert(task(1), { name: 'safe' })]));
    assert.match(await dumpOf(store), /safe/);
    await store.close();
    for (const caFile of [await makeCertificate(folder), undefined]) {
      await assert.rejects(async () => await openNeo4jStore({ ...options, caFile }), {
        code: 'GRAPH_UNAVAILABLE',
        message: /certificate/,
      });
    }
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a wrong password, and a server that is not there, are said at the start', async () => {
    const server = await startNeo4j(found);
    await assert.rejects(async () => await openNeo4jStore({ ...server.options, password: 'wrong' }), {
      code: 'GRAPH_UNAVAILABLE',
      message: /unauthorized/,
    });
    await server.stop();
    await assert.rejects(async () => await openNeo4jStore(server.options), { code: 'GRAPH_UNAVAILABLE' });
  });

  test('a server that holds its connections and says nothing is unavailable, until it speaks again', async () => {
    const server = await startNeo4j(found);
    const options = { ...server.options, acquireTimeoutMs: 500, transactionTimeoutMs: 500 };
    const store = await openNeo4jStore(options);
    await store.migrate(testModel);
    const change = changeOf(1, [make.upsert(task(1), { name: 'late' })]);
    server.process.kill('SIGSTOP');
    await assert.rejects(async () => await store.apply(change), {
      code: 'GRAPH_UNAVAILABLE',
      retryable: true,
    });
    server.process.kill('SIGCONT');
    await eventuallyApplied(store, change);
    assert.equal((await store.entity('Task', 't:1'))?.sources['name']?.at, minute(1));
    await store.close();
    await server.stop();
  });

  test('a server that is killed makes the graph unavailable', async () => {
    const server = await startNeo4j(found);
    const { store } = await server.open();
    server.process.kill('SIGKILL');
    await assert.rejects(async () => await store.apply(changeOf(1, [make.upsert(task(1), {})])), {
      code: 'GRAPH_UNAVAILABLE',
      retryable: true,
    });
    await assert.rejects(async () => await store.ping(), { code: 'GRAPH_UNAVAILABLE' });
    await store.close();
    await assert.rejects(async () => await store.apply(changeOf(1, [])), { code: 'GRAPH_UNAVAILABLE' });
  });
});

/** As Temporal would: again while the graph is not available. */
async function eventuallyApplied(
  store: GraphStore,
  change: Parameters<GraphStore['apply']>[0],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.apply(change);
      return;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/** The certificate of somebody else who calls himself localhost. */
async function makeCertificate(folder: string): Promise<string> {
  const [key, certificate] = [join(folder, 'private.key'), join(folder, 'public.crt')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  await promisify(execFile)('openssl', ['req', ...made, '-keyout', key, '-out', certificate]);
  return certificate;
}
