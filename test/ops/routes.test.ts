import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { EntityView, QueryResult } from '../../src/graph/store.ts';
import { changeOf, make, task } from '../support/changes.ts';
import { openLadybug, type OpenStore } from '../support/stores.ts';
import { adminToken, guarded, startWorld, type World } from './world.ts';

const open = ['/health', '/livez', '/readyz', '/providers', '/stats', '/webhooks/status'];
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
      conflicts: 0,
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
});
