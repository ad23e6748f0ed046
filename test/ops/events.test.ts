import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { EventDetail, EventList } from '../../src/ops/events.ts';
import type { Replayed } from '../../src/ops/replay.ts';
import { boundedKey } from '../../src/delivery.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from './world.ts';

suite('events and replays over HTTP', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    await world.deliver('github', 'written', 'ok', minutesAgo(90));
    await world.deliver('github', 'failed', 'fail', minutesAgo(5));
    await world.deliver('github', 'mended', 'fail', minutesAgo(4));
    await replay('github', 'mended');
    await world.deliver('clickup', 'waiting', 'wait', minutesAgo(3));
    await world.deliver('clickup', "it's\\'odd", 'ok', minutesAgo(2));
    await world.deliver('clickup', 'a/b c', 'ok', minutesAgo(1));
  });
  after(async () => {
    await world.stop();
  });

  const replay = async (provider: string, id: string, query = ''): Promise<Replayed> => {
    world.fates.set(id, 'ok');
    const path = `/events/${provider}/${encodeURIComponent(id)}/replay${query}`;
    const answer = await world.ask(path, { method: 'POST' });
    assert.equal(answer.status, 200, await answer.clone().text());
    if (provider !== 'billing') await world.ended(provider, id);
    return (await answer.json()) as Replayed;
  };
  const list = async (query: string): Promise<EventList> =>
    (await (await world.ask(`/events${query}`)).json()) as EventList;
  const detail = async (provider: string, id: string): Promise<EventDetail> =>
    (await (await world.ask(`/events/${provider}/${encodeURIComponent(id)}`)).json()) as EventDetail;
  const assertListed = async (query: string, ids: readonly string[]) => {
    await eventually(async () => {
      const { events } = await list(query);
      assert.deepEqual(
        events.map(({ delivery_id: id }) => id),
        ids,
      );
    }, 10_000);
  };
  const assertRefused = async (path: string, [status, code, text]: [number, string, RegExp]) => {
    const answer = await world.ask(path, { method: path.includes('/replay') ? 'POST' : 'GET' });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    assert.deepEqual([answer.status, error.code], [status, code]);
    assert.match(error.message, text);
  };

  const odd = boundedKey("it's\\'odd");
  const spaced = boundedKey('a/b c');

  test('each delivery is listed once, by its newest run, the newest reception first', async () => {
    await assertListed('?provider=github', ['mended', 'failed', 'written']);
    await assertListed('?provider=clickup', [spaced, odd, 'waiting']);
    const [mended] = (await list('?provider=github')).events;
    assert.deepEqual([mended?.status, mended?.outcome, mended?.replay], ['completed', 'written', true]);
  });

  test('a failure that was replayed with success is not listed as failed', async () => {
    await assertListed('?status=failed', ['failed']);
  });

  test('provider, status, type, entity, since and limit narrow the list', async () => {
    await assertListed('?provider=github&status=completed', ['mended', 'written']);
    await assertListed('?status=running', ['waiting']);
    await assertListed('?provider=github&since=60m', ['mended', 'failed']);
    await assertListed('?entity=github:thing:written', ['written']);
    await assertListed('?type=made&provider=clickup', [spaced, odd, 'waiting']);
    await assertListed('?type=other', []);
  });

  test('a list that is cut says so', async () => {
    const cut = await list('?provider=github&limit=1');
    assert.deepEqual([cut.events.length, cut.truncated], [1, true]);
    assert.equal((await list('?provider=github')).truncated, false);
  });

  test('a failed delivery shows its failure, its times and its run in the Temporal UI', async () => {
    const found = await detail('github', 'failed');
    assert.deepEqual(found.failure, { code: 'GRAPH_REJECTED', message: 'The test fails it.' });
    assert.deepEqual([found.status, found.outcome, found.result], ['failed', 'failed', null]);
    assert.equal(found.link, `http://ui/workflows/github%3Afailed/${found.run_id}/history`);
    const took = Date.parse(found.closed_at ?? '') - Date.parse(found.started_at);
    assert.equal(found.milliseconds, took);
  });

  test('a replayed delivery shows all of its runs, the newest first, and the result', async () => {
    const { runs, result, failure } = await detail('github', 'mended');
    assert.deepEqual(
      runs.map(({ status, replay: isReplay }) => [status, isReplay]),
      [
        ['completed', true],
        ['failed', false],
      ],
    );
    assert.equal((result as { outcome: string }).outcome, 'written');
    assert.equal(failure, null);
  });

  test('a waiting delivery shows what it waits for', async () => {
    const { pending, status } = await detail('clickup', 'waiting');
    assert.equal(status, 'running');
    assert.equal(pending[0]?.activity, 'applyDelivery');
    assert.equal(pending[0]?.last_failure, 'The test lets it wait.');
  });

  for (const id of ["it's\\'odd", 'a/b c']) {
    test(`quotes, backslashes, slashes and spaces of an id are the id: ${id}`, async () => {
      assert.equal((await detail('clickup', id)).delivery_id, boundedKey(id));
      await replay('clickup', id);
      await eventually(async () => {
        assert.equal((await detail('clickup', id)).runs.length, 2);
      });
    });
  }

  for (const value of ["x' OR Provider = 'github", "') OR (Provider = 'github", "'", 'é%_*`']) {
    test(`a filter is a value, never a part of the query: ${value}`, async () => {
      for (const name of ['type', 'entity']) {
        const answer = await world.ask(`/events?${new URLSearchParams({ [name]: value }).toString()}`);
        assert.equal(answer.status, 200);
        assert.deepEqual(await answer.json(), { events: [], truncated: false });
      }
      await assertRefused(`/events/github/${encodeURIComponent(value)}`, [404, 'EVENT_UNKNOWN', /github:/]);
    });
  }

  for (const [query, name] of [
    ['provider=%27', 'provider'],
    ['provider=a&provider=b', 'provider'],
    ['status=Failed', 'status'],
    ['since=yesterday', 'since'],
    ['since=0m', 'since'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['type=', 'type'],
    ['entity=%00', 'entity'],
    ['entity=%22', 'entity'],
    ['entity=%5C', 'entity'],
    ['entity=', 'entity'],
    ['order=asc', 'order'],
  ] as const) {
    test(`a wrong parameter is named: ${query}`, async () => {
      await assertRefused(`/events?${query}`, [400, 'PARAMETER_INVALID', new RegExp(`^${name}: `)]);
    });
  }

  test('a replay names the run before and the new one, which does all of it again', async () => {
    await world.deliver('github', 'again', 'ok');
    const before = await detail('github', 'again');
    const replayed = await replay('github', 'again');
    assert.deepEqual([replayed.workflow_id, replayed.previous_run_id], ['github:again', before.run_id]);
    assert.notEqual(replayed.run_id, before.run_id);
    const now = await detail('github', 'again');
    assert.deepEqual([now.run_id, now.status, now.replay], [replayed.run_id, 'completed', true]);
  });

  test('an unknown delivery is not replayed', async () => {
    await assertRefused('/events/github/none/replay', [404, 'EVENT_UNKNOWN', /github:none/]);
  });

  test('a delivery that runs is replayed only when forced', async () => {
    await world.deliver('github', 'busy', 'wait');
    await assertRefused('/events/github/busy/replay', [409, 'REPLAY_REFUSED', /force=true/]);
    await assertRefused('/events/github/busy/replay?force=yes', [400, 'PARAMETER_INVALID', /^force: /]);
    const { previous_run_id: previous } = await replay('github', 'busy', '?force=true');
    assert.equal((await detail('github', 'busy')).status, 'completed');
    const old = await world.client.workflow.getHandle('github:busy', previous).describe();
    assert.equal(old.status.name, 'TERMINATED');
  });

  test('a delivery that was terminated before any worker took it can be replayed', async () => {
    await world.deliverToNobody('billing', 'early');
    await world.client.workflow.getHandle('billing:early').terminate('test');
    assert.equal((await detail('billing', 'early')).failure?.code, 'TERMINATED');
    await replay('billing', 'early');
    assert.equal((await detail('billing', 'early')).status, 'running');
  });
});
