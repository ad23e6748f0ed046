import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test, type TestContext } from 'node:test';
import { Client } from '@temporalio/client';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../src/temporal/dev-server/dev-server.ts';
import { choosePorts, type Ports } from '../../src/temporal/dev-server/ports.ts';
import { writeRecord } from '../../src/temporal/dev-server/record.ts';
import { environment } from '../../src/config/environment.ts';
import { eventually } from '../support/eventually.ts';
import {
  deliver,
  FlowstateProcess,
  folderWithConfig,
  idsInGraph,
  readHealth,
  readInbox,
} from '../support/flowstate-process.ts';
import { startGrpcServer } from '../support/grpc-server.ts';
import { idsOf } from '../support/inbox.ts';
import { adminToken, payloadOf } from '../support/system.ts';
import { namespace, quietRuntime, silent, testBinary } from '../support/temporal.ts';

/** Of an ingress, which does without the graph. */
const noGraph = 'graph: { driver: neo4j, uri: "bolt://127.0.0.1:1", password: none }';
const unauthenticated = 16;

function settingsOf(address: string, mode: string): string {
  return `temporal: { address: "${address}" }\ninbox: { mode: ${mode} }\nlog: { level: info, format: json }`;
}

const addressOf = ({ frontend }: Ports): string => `127.0.0.1:${frontend}`;

/** A real server on these ports, which the test had kept free. */
async function startTemporalOn(t: TestContext, ports: Ports): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-temporal-'));
  await writeRecord(folder, { pid: 0, startedAt: '', ports });
  const server = await startDevServer({
    binary: await testBinary(),
    folder,
    env: environment(),
    log: silent,
  });
  t.after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  assert.equal(server.address, addressOf(ports));
}

async function workflowsAt(address: string): Promise<readonly string[]> {
  const connection = await connectTemporal({ address });
  try {
    const ids: string[] = [];
    const client = new Client({ connection, namespace });
    for await (const { workflowId } of client.workflow.list()) ids.push(workflowId);
    return ids.sort();
  } finally {
    await connection.close();
  }
}

async function deliverAll(url: string, ids: readonly string[]): Promise<void> {
  const body = await payloadOf('github', 'issues');
  for (const id of ids) assert.equal((await deliver(url, id, body)).status, 202);
}

async function stopped(program: FlowstateProcess): Promise<void> {
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, [0, null], program.said);
}

suite('the program › a Temporal that is away when it starts', () => {
  before(quietRuntime);

  for (const mode of ['always', 'overflow']) {
    test(`inbox ${mode}: an ingress takes deliveries, says so, and forwards them when Temporal comes`, async (t) => {
      const ports = await choosePorts({});
      const folder = await folderWithConfig(t, `${settingsOf(addressOf(ports), mode)}\n${noGraph}`);
      const ingress = new FlowstateProcess(folder, { role: 'ingress' });
      const url = await ingress.ready();
      const ids = idsOf(20);
      await deliverAll(url, ids);
      const again = await deliver(url, 'd-0', await payloadOf('github', 'issues'));
      assert.deepEqual(
        [again.status, ((await again.json()) as { status: string }).status],
        [200, 'duplicate'],
      );

      const { status, components } = await readHealth(url);
      assert.equal(status, 'degraded');
      assert.equal(components['temporal']?.['status'], 'down');
      assert.match(String(components['temporal']?.['reason']), /Temporal at 127\..* cannot be reached/);
      assert.deepEqual([components['inbox']?.['status'], components['inbox']?.['depth']], ['up', 20]);
      const stats = await fetch(`${url}/stats`, { headers: { authorization: `Bearer ${adminToken}` } });
      assert.equal(stats.status, 503);
      assert.match(await stats.text(), /TEMPORAL_UNAVAILABLE/);

      await startTemporalOn(t, ports);
      await eventually(async () => {
        assert.equal((await readInbox(url))['depth'], 0, ingress.said);
        assert.equal((await readHealth(url)).components['temporal']?.['status'], 'up');
      }, 60_000);
      await deliverAll(url, ['later']);
      await eventually(async () =>
        assert.deepEqual(
          await workflowsAt(addressOf(ports)),
          [...ids, 'later'].map((id) => `github:${id}`).sort(),
        ),
      );
      await stopped(ingress);
      assert.equal(ingress.said.split('Temporal is away').length, 2, 'told once, and not at each attempt');
      assert.match(ingress.said, /Temporal is there/);
    });
  }

  test('start: what it takes outlives a stop, and is in the graph once Temporal has come', async (t) => {
    const ports = await choosePorts({});
    const folder = await folderWithConfig(t, settingsOf(addressOf(ports), 'always'));
    const first = new FlowstateProcess(folder);
    await deliverAll(await first.ready(), idsOf(10, 'first'));
    await stopped(first);
    await assert.rejects(readFile(join(folder, 'data', 'lock.json')), { code: 'ENOENT' });

    const second = new FlowstateProcess(folder);
    const url = await second.ready();
    await deliverAll(url, idsOf(10, 'second'));
    const { status, components } = await readHealth(url);
    assert.deepEqual([status, components['worker']?.['status']], ['degraded', 'down']);
    assert.match(String(components['worker']?.['reason']), /when Temporal is there/);
    await startTemporalOn(t, ports);
    const all = [...idsOf(10, 'first'), ...idsOf(10, 'second')].sort();
    await eventually(async () => assert.deepEqual(await idsInGraph(url), all, second.said), 120_000);
    assert.equal((await readHealth(url)).status, 'healthy');
    await stopped(second);
  });

  test('one that accepts connections and says nothing is not waited for either', async (t) => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      mute.close();
    });
    const address = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const folder = await folderWithConfig(t, `${settingsOf(address, 'overflow')}\n${noGraph}`);
    const ingress = new FlowstateProcess(folder, { role: 'ingress' });
    const url = await ingress.ready();
    await deliverAll(url, idsOf(3));
    assert.equal((await readHealth(url)).components['temporal']?.['status'], 'down');
    assert.ok(sockets.length > 0);
    await stopped(ingress);
  });

  test('one that comes and refuses is told of in the log and in /health; deliveries wait until it does not', async (t) => {
    const ports = await choosePorts({});
    const folder = await folderWithConfig(t, `${settingsOf(addressOf(ports), 'always')}\n${noGraph}`);
    const ingress = new FlowstateProcess(folder, { role: 'ingress' });
    const url = await ingress.ready();
    await deliverAll(url, idsOf(3));
    const refusing = await startGrpcServer({ GetSystemInfo: unauthenticated }, ports.frontend);
    await eventually(async () => {
      const { components } = await readHealth(url);
      assert.match(String(components['temporal']?.['reason']), /refuses temporal\.api_key or temporal\.tls/);
    }, 60_000);
    await eventually(async () =>
      assert.match(ingress.said, /"level":"?(?:error|50)"?.*Temporal cannot be used/),
    );
    await refusing[Symbol.asyncDispose]();

    await startTemporalOn(t, ports);
    await eventually(async () => assert.equal((await readInbox(url))['depth'], 0), 60_000);
    await stopped(ingress);
  });

  for (const refusal of ['GetSystemInfo', 'DescribeNamespace']) {
    test(`one that answers the start with a refusal of ${refusal} ends it: status 77`, async (t) => {
      const refusing = await startGrpcServer({ [refusal]: unauthenticated });
      t.after(async () => await refusing[Symbol.asyncDispose]());
      const folder = await folderWithConfig(t, `${settingsOf(refusing.address, 'always')}\n${noGraph}`);
      const started = new FlowstateProcess(folder, { role: 'ingress' });
      assert.deepEqual(await started.ended, [77, null], started.said);
      assert.match(started.said, /TEMPORAL_REFUSED/);
    });
  }
});
