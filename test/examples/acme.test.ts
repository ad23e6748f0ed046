import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { makeSample } from '../../src/cli/sample.ts';
import { packageRoot } from '../../src/package-root.ts';
import { checksOf } from '../../src/providers/check.ts';
import type { Fixture } from '../../src/providers/provider.ts';
import { discoverProviders, loadFixtures, shippedProviders } from '../../src/providers/registry.ts';
import { eventually } from '../support/eventually.ts';
import { secret, startTestSystem, type TestSystem } from '../support/system.ts';

const examples = join(packageRoot, 'dist', 'examples');
const { providers, failures } = await discoverProviders([shippedProviders, examples]);
const acme = providers.get('acme');
const fixtures = await loadFixtures('acme', join(packageRoot, 'examples', 'acme'));

test('the example of a provider loads beside the shipped ones, by its folder alone', () => {
  assert.deepEqual(failures, []);
  assert.equal(acme?.title, 'Acme Desk');
});

suite('conformance › examples/acme', () => {
  assert.ok(acme);
  for (const { name, run } of checksOf(acme, fixtures)) test(name, run);
});

suite('a provider that is nothing but a folder, through the whole program', () => {
  let system: TestSystem;
  before(async () => {
    system = await startTestSystem({
      providerFolders: [examples],
      providers: `
    acme: { enabled: true, webhook_secret: "${secret}" }
    clickup: { enabled: true, webhook_secret: "${secret}" }`,
    });
  });
  after(async () => {
    await system.stop();
  });

  const send = async (name: string, change: Record<string, string> = {}) => {
    assert.ok(acme);
    const fixture = fixtures.find((one) => one.name === name) as Fixture;
    const settings = acme.settings.parse({ webhook_secret: secret });
    const { headers, body } = makeSample({ provider: acme, settings, fixture });
    const url = `${system.url}/webhooks/acme`;
    const given = { ...headers, ...change };
    const response = await fetch(url, { method: 'POST', headers: given, body: Buffer.from(body) });
    return { status: response.status, text: await response.text() };
  };

  test('its deliveries end in the graph, joined to what they refer to', async () => {
    const { status, text } = await send('ticket.opened');
    assert.equal(status, 202);
    const { workflow_id: workflowId } = JSON.parse(text) as { workflow_id: string };
    const { outcome, entities } = await system.result(workflowId);
    assert.equal(outcome, 'written');
    assert.ok(entities.includes('acme:ticket:4711'));
    const described = await system.client.workflow.getHandle(workflowId).describe();
    assert.equal(described.type, 'acmeWebhook');
    await eventually(async () => {
      const { rows } = await system.graph.query(
        'MATCH (u:User)-[:OPENED]->(t:Ticket)-[:REFERENCES]->(k:Task), (u)-[:IS]->(p:Person) RETURN u.name, t.state, k.key, p.name',
        {},
        { maxRows: 10, timeoutMs: 10_000 },
      );
      assert.deepEqual(rows, [['Cleo', 'open', 'clickup:task:86c2q7x1a', 'Cleo']]);
    });
  });

  test('it answers the check of its address, and refuses what it did not sign', async () => {
    assert.deepEqual(await send('endpoint.check'), { status: 200, text: 'open sesame' });
    const { status, text } = await send('endpoint.check', { 'acme-signature': '0'.repeat(64) });
    assert.equal(status, 401);
    assert.match(text, /SIGNATURE_INVALID/);
  });
});
