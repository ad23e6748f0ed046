import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { findServer } from '../../src/cli/server-address.ts';
import { recordedServer, recordServer } from '../../src/cli/server-record.ts';
import { readConfig } from '../../src/config/load.ts';
import { folderWith } from './run.ts';

/** What `findServer` says with a configuration that has this text. */
async function find(t: TestContext, text: string | undefined, more: { url?: string; env?: object } = {}) {
  const folder = await folderWith(t, text === undefined ? {} : { 'config.yaml': text });
  const file = path.join(folder, 'config.yaml');
  return await findServer({
    url: more.url,
    env: { ...more.env },
    file: { path: file, isNamed: false },
    load: async () => readConfig(text ?? '', { file, env: {}, providers: new Map() }),
  });
}

suite('the server that commands ask', () => {
  test('is the one of the configuration, asked on this machine', async (t) => {
    const text = 'webhooks: { host: 0.0.0.0, port: 8123 }\nadmin: { token: t }';
    assert.deepEqual(await find(t, text), { url: 'http://127.0.0.1:8123', adminToken: 't' });
  });

  test('has brackets around an address of IPv6', async (t) => {
    assert.equal((await find(t, 'webhooks: { host: "::1" }')).url, 'http://[::1]:8000');
  });

  test('is where --url says, before FLOWSTATE_URL, before the configuration', async (t) => {
    const env = { FLOWSTATE_URL: 'http://b:1/' };
    assert.equal((await find(t, '', { url: 'http://a:1/', env })).url, 'http://a:1');
    assert.equal((await find(t, '', { env })).url, 'http://b:1');
  });

  test('is not what an empty variable says, and the token neither', async (t) => {
    const env = { FLOWSTATE_URL: '', FLOWSTATE_ADMIN_TOKEN: '' };
    const text = 'webhooks: { port: 8123 }\nadmin: { token: t }';
    assert.deepEqual(await find(t, text, { env }), { url: 'http://127.0.0.1:8123', adminToken: 't' });
  });

  for (const url of ['127.0.0.1:8000', 'localhost:8000', 'nonsense'])
    test(`is not ${url}, which lacks its scheme`, async (t) => {
      await assert.rejects(find(t, undefined, { url }), { code: 'PARAMETER_INVALID', message: /http:/ });
    });

  test('needs no file where there is none', async (t) => {
    assert.deepEqual(await find(t, undefined), { url: 'http://127.0.0.1:8000', adminToken: undefined });
  });

  test('gets the token of the environment before that of the configuration', async (t) => {
    const env = { FLOWSTATE_ADMIN_TOKEN: 'e' };
    assert.equal((await find(t, 'admin: { token: t }', { env })).adminToken, 'e');
  });
});

suite('the note of where a server answers', () => {
  test('is found while its process runs, and wins over the configured port', async (t) => {
    const folder = await folderWith(t, { 'config.yaml': '' });
    const forget = await recordServer(folder, 'http://127.0.0.1:4711');
    const file = path.join(folder, 'config.yaml');
    const load = async () => readConfig('data_dir: .', { file, env: {}, providers: new Map() });
    const found = await findServer({ url: undefined, env: {}, file: { path: file, isNamed: false }, load });
    assert.equal(found.url, 'http://127.0.0.1:4711');
    await forget();
    assert.equal(await recordedServer(folder), undefined);
  });

  test('of a process that is gone says nothing', async (t) => {
    const folder = await folderWith(t);
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'close');
    await writeFile(path.join(folder, 'server.json'), JSON.stringify({ url: 'http://a:1', pid: child.pid }));
    assert.equal(await recordedServer(folder), undefined);
  });

  test('that is damaged says nothing', async (t) => {
    const folder = await folderWith(t, { 'server.json': '{"url":' });
    assert.equal(await recordedServer(folder), undefined);
  });
});
