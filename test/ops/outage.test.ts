import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { guarded, startWorld, type World } from './world.ts';

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
