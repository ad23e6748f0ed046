import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { prepareNamespace } from '../../src/temporal/namespace.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

suite('temporal › the namespace', () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await startTestTemporal();
  });
  after(async () => {
    await temporal.stop();
  });

  test('has its retention, and preparing it again changes nothing', async () => {
    const retention = async () => {
      const { config } = await temporal.connection.workflowService.describeNamespace({
        namespace: temporal.namespace,
      });
      return Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
    };
    assert.equal(await retention(), 30);
    await prepareNamespace(temporal.connection, { namespace: temporal.namespace, retentionDays: 45 });
    assert.equal(await retention(), 45);
  });

  test('knows every search attribute', async () => {
    const query = `Provider = 'x' AND EventType = 'y' AND Outcome = 'z' AND DeliveryId = 'd' AND Entity = 'e' AND Replay = true AND ReceivedAt > '2026-01-01T00:00:00Z'`;
    const { count } = await temporal.client.workflow.count(query);
    assert.equal(count, 0);
  });
});

test('temporal › an address where nothing listens is told as unavailable', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  await once(server, 'close');
  await assert.rejects(async () => await connectTemporal({ address }), {
    code: 'TEMPORAL_UNAVAILABLE',
    retryable: true,
    message: new RegExp(address),
  });
});

test('temporal › a file of temporal.tls that is not there is told by its setting', async () => {
  const tls = { ca_file: '/nowhere/ca.pem' };
  await assert.rejects(async () => await connectTemporal({ address: '127.0.0.1:1', tls }), {
    code: 'TEMPORAL_REFUSED',
    message: /temporal\.tls\.ca_file.*ENOENT/,
  });
});
