import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { RefusingStore } from '../support/refusing-store.ts';
import { adminToken, payloadOf, startTestSystem, type TestSystem } from '../support/system.ts';
import { eventually } from '../support/eventually.ts';

interface Accepted {
  readonly status: string;
  readonly delivery_id: string;
  readonly workflow_id: string;
  readonly state?: string;
}

suite('a delivery, from HTTP through Temporal into the graph', () => {
  let system: TestSystem;
  let store: RefusingStore | undefined;
  before(async () => {
    system = await startTestSystem({
      wrapGraph: (inner) => {
        store = new RefusingStore(inner);
        return store;
      },
    });
  });
  after(async () => {
    await system.stop();
  });

  const send = async (id: string, event = 'pull_request') => {
    const response = await system.post('github', { body: await payloadOf('github', event), event, id });
    return { response, answer: (await response.json()) as Accepted };
  };
  const rows = async (query: string, parameters = {}) =>
    (await system.graph.query(query, parameters, { timeoutMs: 10_000, maxRows: 1000 })).rows;
  const figures = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2100)); // what stats keeps is two seconds old at most
    const stats = (await (await fetch(`${system.url}/stats`)).json()) as {
      providers: Record<string, Record<string, unknown>>;
    };
    const { events_processed, events_failed } = stats.providers['github'] ?? {};
    return [events_processed, events_failed];
  };

  test('is accepted, runs as githubWebhook, and stands in the graph with its history', async () => {
    const { response, answer } = await send('first');
    assert.equal(response.status, 202);
    assert.deepEqual(answer, { status: 'accepted', delivery_id: 'first', workflow_id: 'github:first' });
    assert.equal((await system.result('github:first')).outcome, 'written');
    const { type } = await system.client.workflow.getHandle('github:first').describe();
    assert.equal(type, 'githubWebhook');
    const found = await rows(
      'MATCH (d:Delivery {key: $key})-[:TOUCHED]->(p:PullRequest)-[:PART_OF]->(r:Repository) RETURN d.event_type, p.number, r.name',
      { key: 'github:first' },
    );
    assert.deepEqual(found, [['pull_request', 2, 'Hello-World']]);
  });

  test('the body is shown as JSON in the history, as the bytes that were received', async () => {
    const { events } = await system.client.workflow.getHandle('github:first').fetchHistory();
    const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[1];
    assert.equal(Buffer.from(payload?.metadata?.['encoding'] ?? '').toString(), 'json/plain');
    assert.deepEqual(Buffer.from(payload?.data ?? ''), await payloadOf('github', 'pull_request'));
  });

  test('takes seven events of history', async () => {
    const { events } = await system.client.workflow.getHandle('github:first').fetchHistory();
    assert.equal(events?.length, 7);
  });

  test('sent again it is a duplicate, and changes nothing', async () => {
    const { response, answer } = await send('first');
    assert.equal(response.status, 200);
    assert.deepEqual([answer.status, answer.state], ['duplicate', 'completed']);
    assert.equal((await rows("MATCH (d:Delivery {key: 'github:first'}) RETURN d.key")).length, 1);
  });

  test('100 times at once it runs once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, async () => await send('hundred', 'star')));
    assert.equal(answers.filter(({ response }) => response.status === 202).length, 1);
    assert.equal(answers.filter(({ answer }) => answer.status === 'duplicate').length, 99);
  });

  test('a ping is a delivery whose outcome is skipped, and writes nothing', async () => {
    await send('ping', 'ping');
    assert.equal((await system.result('github:ping')).outcome, 'skipped');
    assert.deepEqual(await rows("MATCH (d:Delivery {key: 'github:ping'}) RETURN d.key"), []);
  });

  test('of an unknown event it is still a node, with edges to repository and sender', async () => {
    const body = JSON.stringify({
      action: 'x',
      repository: { id: 5, name: 'r', full_name: 'o/r' },
      sender: { id: 6, login: 's' },
    });
    await system.post('github', { body, event: 'brand_new_event', id: 'unknown' });
    const summary = await system.result('github:unknown');
    assert.equal(summary.outcome, 'written');
    assert.deepEqual(summary.entities.toSorted(), ['github:repository:5', 'github:user:6']);
  });

  test('a graph that is down is waited for, in sight, and then written without a hand moved', async () => {
    assert.ok(store);
    store.isDown = true;
    await send('waiting', 'issues');
    const handle = system.client.workflow.getHandle('github:waiting');
    await eventually(async () => {
      const { raw, status } = await handle.describe();
      assert.equal(status.name, 'RUNNING');
      assert.match(raw.pendingActivities?.[0]?.lastFailure?.message ?? '', /taken the graph away/);
    });
    const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    assert.match(metadata.currentDetails, /GRAPH_UNAVAILABLE/);
    const health = (await (await fetch(`${system.url}/health`)).json()) as {
      status: string;
      components: { graph: { status: string } };
    };
    assert.deepEqual([health.status, health.components.graph.status], ['degraded', 'down']);
    store.isDown = false;
    assert.equal(((await handle.result()) as { outcome: string }).outcome, 'written');
    assert.equal((await rows("MATCH (d:Delivery {key: 'github:waiting'}) RETURN d.key")).length, 1);
  });

  test('one that is rejected ends Failed with our code, and a replay moves it from failed to processed', async () => {
    assert.ok(store);
    store.rejected.add('github:poison');
    const [processed, failed] = (await figures()) as [number, number];
    await send('poison', 'issues');
    await assert.rejects(async () => await system.result('github:poison'), { name: 'WorkflowFailedError' });
    assert.deepEqual(await figures(), [processed, failed + 1]);
    const detail = (await (await system.ask('/events/github/poison')).json()) as {
      failure: { code: string };
    };
    assert.equal(detail.failure.code, 'GRAPH_REJECTED');

    store.rejected.clear();
    const replayed = await system.ask('/events/github/poison/replay', { method: 'POST' });
    assert.equal(replayed.status, 200);
    const { run_id: runId } = (await replayed.json()) as { run_id: string };
    const result = await system.client.workflow.result<{ outcome: string } & (() => never)>(
      'github:poison',
      runId,
    );
    assert.equal((result as { outcome: string }).outcome, 'written');
    assert.deepEqual(await figures(), [processed + 1, failed]);
  });

  test('is found by its provider and by what it touched', async () => {
    const events = (await (
      await system.ask('/events?provider=github&entity=github:repository:5')
    ).json()) as { events: Accepted[] };
    assert.deepEqual(
      events.events.map(({ delivery_id: id }) => id),
      ['unknown'],
    );
  });

  test('ops routes are closed without the token and with a wrong one', async () => {
    for (const path of ['/events', '/events/github/first', '/entities/User/github:user:6']) {
      assert.equal((await fetch(`${system.url}${path}`)).status, 401);
      const wrong = await fetch(`${system.url}${path}`, {
        headers: { authorization: `Bearer ${adminToken}x` },
      });
      assert.equal(wrong.status, 401);
      assert.equal((await system.ask(path)).status, 200);
    }
    assert.equal((await fetch(`${system.url}/graph`, { method: 'POST', body: '{}' })).status, 401);
  });

  test('the entity route shows a node, its neighbours and its deliveries', async () => {
    const view = (await (await system.ask('/entities/Repository/github:repository:5')).json()) as {
      deliveries: { key: string }[];
    };
    assert.deepEqual(
      view.deliveries.map(({ key }) => key),
      ['github:unknown'],
    );
    assert.equal((await system.ask('/entities/Repository/github:repository:none')).status, 404);
  });
});
