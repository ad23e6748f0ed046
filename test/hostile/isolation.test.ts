import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ClickUpApi, startClickUpApi } from '../support/clickup-api.ts';
import { eventually } from '../support/eventually.ts';
import { payloadOf, secret, startTestSystem, type TestSystem } from '../support/system.ts';
import { loadFlood } from './flood-load.ts';

const probes = 25;
const floodSize = 2000;
const hanging = 30;

const providersOf = (api: ClickUpApi): string => `
    clickup: { enabled: true, webhook_secret: "${secret}", api_token: "pk_1_TEST", api_url: "${api.url}", api_timeout_seconds: 20 }
    github: { enabled: true, webhook_secret: "${secret}" }
    loud:
      enabled: true
      type: custom
      webhook_secret: "${secret}"
      signature: { scheme: hmac, header: x-loud-signature }
      delivery_id: "{body:id}"
      mapping:
        nodes: { Ping: { title: string } }
        expression: '{"nodes": [{"label": "Ping", "key": "loud:ping:" & id, "properties": {"title": title}}]}'`;

/** From the post to the end of the workflow, of deliveries one after the other. */
async function probe(system: TestSystem, name: string): Promise<number[]> {
  const body = await payloadOf('github', 'star');
  const taken: number[] = [];
  for (let index = 0; index < probes; index += 1) {
    const id = `${name}-${index}`;
    const startedAt = performance.now();
    const response = await system.post('github', { body, event: 'star', id });
    assert.equal(response.status, 202, await response.text());
    // The inbox answers before it starts; it is asked for again at once.
    await eventually(async () => void (await system.client.workflow.getHandle(`github:${id}`).result()));
    taken.push(performance.now() - startedAt);
  }
  return taken.sort((a, b) => a - b);
}

function describe(taken: readonly number[]): { p50: number; p99: number } {
  const at = (share: number): number =>
    Math.round(taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99) };
}

async function hangClickUp(system: TestSystem, api: ClickUpApi): Promise<void> {
  for (let index = 0; index < hanging; index += 1) {
    api.answer(`t${index}`, 'never');
    const body = JSON.stringify({ event: 'taskCreated', webhook_id: 'w', task_id: `t${index}` });
    assert.equal((await system.post('clickup', { body })).status, 202);
  }
  await eventually(async () =>
    assert.ok(api.requests.length >= hanging, `${api.requests.length} ask the API`),
  );
}

async function countOf(system: TestSystem, query: string): Promise<number> {
  return (await system.client.workflow.count(query)).count;
}

suite('isolation of providers', { timeout: 400_000 }, () => {
  test('while one provider’s API hangs and another floods, a third goes on as if alone', async (t) => {
    await using api = await startClickUpApi();
    const system = await startTestSystem({ providers: providersOf(api) });
    t.after(async () => await system.stop());
    await probe(system, 'warm');
    const idle = describe(await probe(system, 'idle'));
    await hangClickUp(system, api);
    const besideHanging = describe(await probe(system, 'hanging'));
    assert.equal(await countOf(system, "Provider = 'clickup' AND ExecutionStatus = 'Running'"), hanging);

    const floodAt = performance.now();
    const flood = loadFlood(system.url, floodSize, secret);
    await flood.begun;
    const besideFlood = describe(await probe(system, 'flood'));
    const { answered, milliseconds } = await flood.done;
    const floodDone = await countOf(system, "Provider = 'loud' AND ExecutionStatus != 'Running'");
    const ratio = (of: { p99: number }): string => (of.p99 / idle.p99).toFixed(1);
    t.diagnostic(`idle ${JSON.stringify(idle)}`);
    t.diagnostic(
      `beside ${hanging} that hang ${JSON.stringify(besideHanging)}: ${ratio(besideHanging)} times`,
    );
    t.diagnostic(
      `beside a flood of ${floodSize} in ${Math.round(milliseconds)} ms ${JSON.stringify(besideFlood)}: ${ratio(besideFlood)} times`,
    );
    const seconds = ((performance.now() - floodAt) / 1000).toFixed(1);
    t.diagnostic(`of the flood ${floodDone} were done when the ${probes} were, after ${seconds} s`);
    assert.deepEqual(answered, { 202: floodSize });
    assert.ok(floodDone < floodSize, 'the others were done before the flood was');
    assert.equal(await countOf(system, "Provider = 'clickup' AND ExecutionStatus = 'Running'"), hanging);
  });
});
