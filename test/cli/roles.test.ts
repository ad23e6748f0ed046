import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { flowstate, folderWith } from './run.ts';

const embedded = 'webhooks: { providers: { github: { enabled: true, webhook_secret: s } } }\n';
const neo4j = 'graph: { driver: neo4j, uri: "bolt://127.0.0.1:1", password: p }\n';
const noInbox = 'inbox: { mode: off }\n';
const elsewhere = 'temporal: { address: "127.0.0.1:1" }\n';

for (const role of ['ingress', 'worker']) {
  test(`${role} refuses what is embedded, naming both keys, and begins nothing`, async (t) => {
    const folder = await folderWith(t, { 'config.yaml': embedded });
    const { status, err } = await flowstate([role], { cwd: folder });
    assert.equal(status, 78);
    assert.match(err, /CONFIG_INVALID/);
    assert.match(err, /temporal\.address: is embedded/);
    assert.match(err, /graph\.driver: is embedded/);
  });

  test(`${role} names only the one that is embedded`, async (t) => {
    const folder = await folderWith(t, { 'config.yaml': embedded + neo4j });
    const { status, err } = await flowstate([role], { cwd: folder });
    assert.equal(status, 78);
    assert.match(err, /temporal\.address/);
    assert.doesNotMatch(err, /graph\.driver/);
  });

  test(`${role} with no configuration writes none`, async (t) => {
    const folder = await folderWith(t);
    assert.equal((await flowstate([role], { cwd: folder })).status, 78);
  });

  test(`${role} that has no inbox, with a Temporal that does not answer, ends with 69`, async (t) => {
    const folder = await folderWith(t, { 'config.yaml': embedded + neo4j + elsewhere + noInbox });
    const { status, err } = await flowstate([role], { cwd: folder });
    assert.equal(status, 69);
    assert.match(err, /TEMPORAL_UNAVAILABLE.*127\.0\.0\.1:1/s);
  });
}

test('health ends with 69 where nothing answers', async (t) => {
  const folder = await folderWith(t, { 'config.yaml': embedded });
  const { status, err } = await flowstate(['health', '--url', 'http://127.0.0.1:1'], { cwd: folder });
  assert.equal(status, 69);
  assert.match(err, /SERVER_UNREACHABLE/);
});

for (const [command, body] of [
  ['health', '<html>'],
  ['health', '{"status":"up"}'],
  ['stats', '<html>'],
] as const) {
  test(`${command} ends with 69 where another program answers ${body}`, async (t) => {
    const other = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const folder = await folderWith(t);
    const { status, err } = await flowstate([command, '--url', `http://127.0.0.1:${port}`], { cwd: folder });
    assert.equal(status, 69, err);
    assert.match(err, /SERVER_UNREACHABLE: .*not Flow-State/);
  });
}
