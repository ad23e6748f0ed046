import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { ClickUpWebhookEvent } from '../../src/index.ts';
import { secret, startTestSystem, type TestSystem } from '../support/system.ts';
import { eventually } from '../support/eventually.ts';

/** The four calls of the earlier documentation, as a shell would make them with curl. */
suite('what earlier set-ups do goes on working', () => {
  let system: TestSystem;
  before(async () => {
    system = await startTestSystem();
  });
  after(async () => {
    await system.stop();
  });

  const body =
    '{"event":"taskCreated","task_id":"abc123","webhook_id":"7689a169-a000-4985-8676-6902b96d6627"}';
  const post = async (signature: string) =>
    await fetch(`${system.url}/webhooks/clickup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-signature': signature },
      body,
    });
  const hex = createHmac('sha256', secret).update(body).digest('hex');

  test('GET /health', async () => {
    const health = (await (await fetch(`${system.url}/health`)).json()) as {
      status: string;
      components: object;
    };
    assert.equal(health.status, 'healthy');
    assert.deepEqual(Object.keys(health.components).sort(), [
      'graph',
      'inbox',
      'providers',
      'temporal',
      'worker',
    ]);
  });

  test('GET /providers', async () => {
    const answer = (await (await fetch(`${system.url}/providers`)).json()) as Record<string, unknown>;
    assert.deepEqual(answer['enabled_providers'], ['clickup', 'github']);
    assert.equal(answer['count'], 2);
    assert.ok((answer['all_providers'] as string[]).includes('clickup'));
  });

  test('a signed taskCreated with the sha256= prefix and three fields is accepted, and its retry a duplicate', async () => {
    const first = await post(`sha256=${hex}`);
    assert.equal(first.status, 202);
    const { workflow_id: id } = (await first.json()) as { workflow_id: string };
    const summary = await system.result(id);
    assert.equal(summary.outcome, 'written');
    assert.ok(summary.entities.includes('clickup:task:abc123'));
    assert.equal((await post(hex)).status, 200);
  });

  test('a wrong signature is 403, never 401 or 410', async () => {
    const response = await post('0'.repeat(64));
    assert.equal(response.status, 403);
    assert.deepEqual(Object.keys((await response.json()) as object), ['error']);
  });

  test('GET /stats and GET /webhooks/status', async () => {
    await eventually(async () => {
      const stats = (await (await fetch(`${system.url}/stats`)).json()) as {
        status: string;
        providers: Record<string, Record<string, unknown>>;
      };
      assert.equal(stats.status, 'operational');
      assert.equal(stats.providers['clickup']?.['events_processed'], 1);
      assert.equal(stats.providers['clickup']?.['success_rate'], 1);
      assert.equal(stats.providers['github']?.['success_rate'], null);
      const legacy = (await (await fetch(`${system.url}/webhooks/status`)).json()) as {
        status: string;
        stats: object;
      };
      assert.equal(legacy.status, 'operational');
      assert.deepEqual(legacy.stats, stats.providers['clickup']);
    });
  });

  test('ClickUpWebhookEvent is a parser at the root of the package', () => {
    assert.equal(ClickUpWebhookEvent.parse(JSON.parse(body)).task_id, 'abc123');
  });
});
