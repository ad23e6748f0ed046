import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { EntityView, QueryResult } from '../../src/graph/store.ts';
import { changeOf, make, task } from '../support/changes.ts';
import { openLadybug, type OpenStore } from '../support/stores.ts';
import { flowstate } from '../cli/run.ts';
import { adminToken, startWorld, type World } from './world.ts';

const open = ['/health', '/livez', '/readyz', '/providers', '/stats', '/webhooks/status'];
const guarded = [
  ['GET', '/entities/Task/t:1'],
  ['POST', '/graph'],
  ['GET', '/events'],
  ['GET', '/events/github/x'],
  ['POST', '/events/github/x/replay'],
] as const;
const wrongTokens: Record<string, Record<string, string>> = {
  none: {},
  'another one': { authorization: 'Bearer nope' },
  'a longer one': { authorization: `Bearer ${adminToken}x` },
  'no bearer': { authorization: `Basic ${adminToken}` },
  'an empty one': { authorization: 'Bearer ' },
};

suite('ops routes over HTTP', () => {
  let world: World;
  let graph: OpenStore;
  const state = { isGraphUp: true, isReady: true };
  before(async () => {
    graph = await openLadybug();
    await graph.store.apply(changeOf(1, [make.upsert(task('a/b'), { name: 'One' })]));
    world = await startWorld({
      graph: graph.store,
      isReady: () => state.isReady,
      probes: {
        graph: async () => {
          if (!state.isGraphUp) throw new Error('the test took it away');
          return { driver: 'ladybug' };
        },
      },
    });
  });
  after(async () => {
    await world.stop();
    await graph.close();
  });

  const errorOf = async (answer: Response) =>
    ((await answer.json()) as { error: { code: string; message: string } }).error;

  for (const path of open) {
    test(`${path} is open`, async () => {
      assert.equal((await fetch(`${world.url}${path}`)).status, 200);
    });
  }

  for (const [method, path] of guarded) {
    for (const [name, headers] of Object.entries(wrongTokens)) {
      test(`${method} ${path} is closed to who brings this token: ${name}`, async () => {
        const answer = await fetch(`${world.url}${path}`, { method, headers });
        assert.equal(answer.status, 401);
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
        assert.equal((await errorOf(answer)).code, 'UNAUTHORIZED');
      });
    }
    test(`${method} ${path} is open to the admin`, async () => {
      assert.notEqual((await world.ask(path, { method })).status, 401);
    });
  }

  test('health is degraded while the graph is down, and says why', async () => {
    state.isGraphUp = false;
    const down = await fetch(`${world.url}/health`);
    state.isGraphUp = true;
    assert.equal(down.status, 200);
    assert.deepEqual(await down.json(), {
      status: 'degraded',
      components: { graph: { status: 'down', reason: 'the test took it away' } },
    });
    assert.deepEqual(await (await fetch(`${world.url}/health`)).json(), {
      status: 'healthy',
      components: { graph: { status: 'up', driver: 'ladybug' } },
    });
  });

  test('readyz is 503 while it starts or stops', async () => {
    state.isReady = false;
    const status = (await fetch(`${world.url}/readyz`)).status;
    state.isReady = true;
    assert.equal(status, 503);
  });

  test('providers tells which there are, which are enabled and how many', async () => {
    const answer = (await (await fetch(`${world.url}/providers`)).json()) as Record<string, unknown>;
    assert.deepEqual(answer['enabled_providers'], ['github', 'clickup', 'billing']);
    assert.equal(answer['count'], 3);
    assert.ok((answer['all_providers'] as string[]).includes('clickup'));
  });

  test('stats have an entry for every enabled provider, and the legacy status the one of ClickUp', async () => {
    const none = {
      events_processed: 0,
      events_failed: 0,
      success_rate: null,
      last_processed: null,
      running: 0,
    };
    const stats = (await (await fetch(`${world.url}/stats`)).json()) as Record<string, unknown>;
    assert.deepEqual(
      [stats['status'], stats['providers']],
      ['operational', { github: none, clickup: none, billing: none }],
    );
    const legacy = await (await fetch(`${world.url}/webhooks/status`)).json();
    assert.deepEqual(legacy, { status: 'operational', stats: none });
  });

  for (const query of ['window=day', 'window=-1h', 'window=1h&window=2h', 'window=99999d', 'windows=1h']) {
    test(`a wrong window is refused: ${query}`, async () => {
      const answer = await fetch(`${world.url}/stats?${query}`);
      assert.equal(answer.status, 400);
      const { code, message } = await errorOf(answer);
      assert.equal(code, 'PARAMETER_INVALID');
      assert.match(message, /^windows?: /);
    });
  }

  test('an entity is found by its label and key, with the slashes in it', async () => {
    const view = (await (await world.ask('/entities/Task/t:a/b')).json()) as EntityView;
    assert.equal(view.properties['name'], 'One');
    assert.equal((await world.ask('/entities/Task/t:a%2Fb')).status, 200);
    for (const path of ['/entities/Task/t:none', '/entities/Nothing/t:a/b', "/entities/Task')--/t:1"]) {
      const answer = await world.ask(path);
      assert.deepEqual([answer.status, (await errorOf(answer)).code], [404, 'ENTITY_UNKNOWN']);
    }
  });

  const query = async (body: unknown) =>
    await world.ask('/graph', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  test('the graph answers a query with its parameters, within a bound of rows', async () => {
    const asked = { query: 'MATCH (t:Task) WHERE t.key = $key RETURN t.name', parameters: { key: 't:a/b' } };
    const { rows } = (await (await query(asked)).json()) as QueryResult;
    assert.deepEqual(rows, [['One']]);
    const cut = (await (
      await query({ query: 'UNWIND [1, 2, 3] AS n RETURN n', max_rows: 2 })
    ).json()) as QueryResult;
    assert.deepEqual([cut.rows.length, cut.truncated], [2, true]);
  });

  for (const [body, status, code] of [
    [{ query: 'MATCH (t:Task) DELETE t' }, 400, 'QUERY_REFUSED'],
    [{ query: "LOAD FROM '/etc/passwd' RETURN *" }, 400, 'QUERY_REFUSED'],
    [{}, 400, 'PARAMETER_INVALID'],
    [{ query: 'RETURN 1', max_rows: 0 }, 400, 'PARAMETER_INVALID'],
    [{ query: 'RETURN 1', write: true }, 400, 'PARAMETER_INVALID'],
    ['{"query":', 400, 'PARAMETER_INVALID'],
  ] as const) {
    test(`the graph refuses ${JSON.stringify(body)}`, async () => {
      const answer = await query(body);
      assert.deepEqual([answer.status, (await errorOf(answer)).code], [status, code]);
    });
  }

  suite('the commands that ask them', () => {
    const run = async (words: readonly string[], token = adminToken) =>
      await flowstate([...words, '--url', world.url], { env: { FLOWSTATE_ADMIN_TOKEN: token } });

    test('stats, providers and events print a table or JSON', async () => {
      const stats = await run(['stats', '--window', '1h']);
      assert.match(
        stats.out,
        /^provider +processed +failed +running +success +last processed\ngithub +0 +0 +0 /,
      );
      assert.match((await run(['providers'])).out, /^github +GitHub +github, clickup, billing/m);
      const { out, status } = await run(['providers', '--json']);
      assert.deepEqual([(JSON.parse(out) as { count: number }).count, status], [3, 0]);
      assert.match((await run(['events'])).out, /^received +provider +event/);
    });

    test('graph prints the rows', async () => {
      const words = ['graph', 'MATCH (t:Task {key: $key}) RETURN t.name AS name', '--param', 'key=t:a/b'];
      assert.deepEqual(await run(words), { status: 0, out: 'name\nOne\n', err: '' });
    });

    test('replay begins a run and names it', async () => {
      await world.deliver('github', 'by-command', 'fail');
      world.fates.set('by-command', 'ok');
      const { status, out } = await run(['replay', 'github', 'by-command', '--json']);
      assert.equal(status, 0);
      assert.equal((JSON.parse(out) as { workflow_id: string }).workflow_id, 'github:by-command');
      await world.ended('github', 'by-command');
    });

    for (const [words, status, code] of [
      [['events', '--status', 'lost'], 2, 'PARAMETER_INVALID'],
      [['stats', '--window', 'x'], 2, 'PARAMETER_INVALID'],
      [['replay', 'github', 'none'], 1, 'EVENT_UNKNOWN'],
      [['graph', 'CREATE (:Task)'], 1, 'QUERY_REFUSED'],
    ] as const) {
      test(`${words.join(' ')} ends with ${status}`, async () => {
        const ended = await run(words);
        assert.deepEqual([ended.status, ended.out], [status, '']);
        assert.match(ended.err, new RegExp(code));
      });
    }

    test('a refused token ends with 77, and no server with 69', async () => {
      assert.equal((await run(['events'], 'nope')).status, 77);
      const gone = await flowstate(['stats', '--url', 'http://127.0.0.1:9'], {
        env: { FLOWSTATE_ADMIN_TOKEN: 'x' },
      });
      assert.deepEqual([gone.status, gone.out], [69, '']);
      assert.match(gone.err, /SERVER_UNREACHABLE/);
    });
  });
});

suite('without an admin token and without Temporal', () => {
  let world: World;
  before(async () => {
    world = await startWorld({
      adminToken: undefined,
      probes: {
        temporal: async () => await new Promise(() => undefined),
        graph: async () => ({ status: 'this word is ours' }),
      },
    });
  });
  after(async () => {
    await world.stop();
  });

  test('the guarded routes are closed to everybody, and the key to configure is named', async () => {
    for (const [method, path] of guarded) {
      const answer = await fetch(`${world.url}${path}`, { method, headers: { authorization: 'Bearer ' } });
      assert.equal(answer.status, 401);
      assert.match(await answer.text(), /admin\.token/);
    }
  });

  test('health is unhealthy and 503 when Temporal does not answer in time', async () => {
    const answer = await fetch(`${world.url}/health`);
    assert.equal(answer.status, 503);
    assert.deepEqual(await answer.json(), {
      status: 'unhealthy',
      components: { temporal: { status: 'down', reason: 'no answer in 2 s' }, graph: { status: 'up' } },
    });
  });

  test('stats are 503 once Temporal is gone, and tell when to ask again', async () => {
    await world.temporal.server.stop();
    const answer = await fetch(`${world.url}/stats`);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('retry-after'), '5');
    assert.match(await answer.text(), /TEMPORAL_UNAVAILABLE/);
  });
});
