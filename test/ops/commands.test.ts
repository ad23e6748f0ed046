import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { flowstate } from '../cli/run.ts';
import { changeOf, make, task } from '../support/changes.ts';
import { openLadybug, type OpenStore } from '../support/stores.ts';
import { adminToken, startWorld, type World } from './world.ts';

suite('the commands that ask the ops routes', () => {
  let world: World;
  let graph: OpenStore;
  before(async () => {
    graph = await openLadybug();
    await graph.store.apply(changeOf(1, [make.upsert(task('a/b'), { name: 'One' })]));
    world = await startWorld({ graph: graph.store });
  });
  after(async () => {
    await world.stop();
    await graph.close();
  });

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
