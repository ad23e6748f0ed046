import assert from 'node:assert/strict';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { stringify } from 'yaml';
import type { Role } from '../../src/cli/role.ts';
import { graphOf } from '../cluster/outcome.ts';
import { type Part, startPart } from '../cluster/part.ts';
import { postAll } from '../cluster/posting.ts';
import { findSenders, makeDeliveries, type Outgoing } from '../cluster/senders.ts';
import { eventually } from '../support/eventually.ts';
import { findNeo4j, startNeo4j, type TestNeo4j } from '../support/neo4j.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

const found = await findNeo4j();
const adminToken = 'the-admin-token-of-the-roles';

suite('roles, as processes', { skip: found.skip }, () => {
  let temporal: TestTemporal;
  let neo4j: TestNeo4j;
  let ingress: Part;
  let worker: Part;
  let deliveries: readonly Outgoing[];

  before(async () => {
    temporal = await startTestTemporal();
    neo4j = await startNeo4j(found);
    const github = (await findSenders()).filter(({ name }) => name === 'github');
    deliveries = makeDeliveries(github, 100);
    const providers = Object.fromEntries(github.map(({ name, settings }) => [name, settings]));
    await writeFile(
      join(temporal.folder, 'config.yaml'),
      stringify({
        webhooks: { host: '127.0.0.1', providers },
        temporal: { address: temporal.address },
        graph: { driver: 'neo4j', uri: '${URI}', password: neo4j.options.password },
        inbox: { mode: 'overflow' },
        data_dir: '${FLOWSTATE_DATA_DIR}',
        bodies_dir: '${BODIES}',
        admin: { token: adminToken },
      }),
    );
    for (const name of ['of-ingress', 'of-worker']) await mkdir(join(temporal.folder, name));
  });
  after(async () => {
    await neo4j.stop();
    await temporal.stop();
  });

  async function start(role: Role, uri = neo4j.options.uri): Promise<Part> {
    const { folder } = temporal;
    const variables = { URI: uri, BODIES: join(folder, `of-${role}`) };
    return await startPart({ role, name: role, folder, configFile: join(folder, 'config.yaml'), variables });
  }

  async function health(
    part: Part,
  ): Promise<{ status: string; components: Record<string, { status: string }> }> {
    return (await (await fetch(`${part.url}/health`)).json()) as never;
  }

  async function deliveriesInGraph(): Promise<readonly unknown[]> {
    const rows = await graphOf(ingress.url, adminToken)('MATCH (d:Delivery) RETURN d.body_sha256');
    return rows.map(([sha256]) => sha256);
  }

  test('an ingress takes deliveries while the graph is away, and says so', async () => {
    ingress = await start('ingress', 'bolt://127.0.0.1:1');
    const { status, components } = await health(ingress);
    assert.equal(status, 'degraded');
    assert.equal(components['graph']?.status, 'down');
    assert.deepEqual(Object.keys(components).sort(), ['graph', 'inbox', 'providers', 'temporal']);
    const asked = await fetch(`${ingress.url}/entities/Repository/x`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    assert.equal(asked.status, 503);
    assert.match(await asked.text(), /GRAPH_UNAVAILABLE/);
    const { acknowledged } = await postAll({ deliveries: deliveries.slice(0, 5), urls: () => [ingress.url] });
    assert.equal(acknowledged.size, 5);
    assert.equal(await ingress.stop(), 0);
    ingress = await start('ingress');
  });

  test('a worker applies what waits, answers for its health and for nothing else', async () => {
    worker = await start('worker');
    const { status, components } = await health(worker);
    assert.equal(status, 'healthy');
    assert.deepEqual(Object.keys(components).sort(), ['graph', 'providers', 'temporal', 'worker']);
    assert.equal((await fetch(`${worker.url}/livez`)).status, 200);
    for (const path of ['/webhooks/github', '/stats', '/events'])
      assert.equal((await fetch(`${worker.url}${path}`, { method: 'POST' })).status, 404);
    await eventually(async () => {
      assert.equal((await deliveriesInGraph()).length, 5);
    }, 120_000);
  });

  test('a large body that the worker does not find waits as BODY_LOST, and goes on when the file is there', async () => {
    const large = deliveries.find(({ body }) => body.length > 500_000) as Outgoing;
    const { acknowledged } = await postAll({ deliveries: [large], urls: () => [ingress.url] });
    assert.equal(acknowledged.size, 1);
    await eventually(async () => {
      assert.match(await lastFailure(), /BODY_LOST|The body [0-9a-f]{64} cannot be read/);
    }, 120_000);
    assert.ok(!(await deliveriesInGraph()).includes(large.sha256));

    const { folder } = temporal;
    await cp(join(folder, 'of-ingress'), join(folder, 'of-worker'), { recursive: true });
    await eventually(async () => {
      assert.ok((await deliveriesInGraph()).includes(large.sha256));
    }, 300_000);
  });

  /** Of the workflow that runs still, in its history. */
  async function lastFailure(): Promise<string> {
    for await (const { workflowId } of temporal.client.workflow.list({
      query: "ExecutionStatus = 'Running'",
    })) {
      const { events = [] } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
      const failures = events?.flatMap(
        ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure ?? [],
      );
      return JSON.stringify(failures);
    }
    return '';
  }

  test('both stop cleanly, and leave their data_dir to the next', async () => {
    assert.equal(await ingress.stop(), 0);
    assert.equal(await worker.stop(), 0);
    await rm(join(temporal.folder, 'ingress', 'lock.json'), { force: false }).then(
      () => assert.fail('the lock is still there'),
      () => undefined,
    );
  });
});
