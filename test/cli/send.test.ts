import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import custom from '../../src/providers/custom/index.ts';
import { rawRequest } from '../support/requests.ts';
import { flowstate, folderWith } from './run.ts';

const secret = 'a secret of the test';
const config = `webhooks: { providers: { billing: { type: custom, preset: stripe, webhook_secret: "${secret}" } } }`;
const settings = custom.settings.parse({ preset: 'stripe', webhook_secret: secret });
const body = '{"id":"evt_1","type":"invoice.paid","created":1700000000}';

interface Listener {
  readonly url: string;
  /** What came, in its order. */
  readonly seen: { path: string; body: string }[];
}

/** A server as the ingress is: it verifies by the provider's own code, and answers in the ingress's shapes. */
async function listen(t: TestContext): Promise<Listener> {
  const seen: Listener['seen'] = [];
  const server = createServer((request, response) => {
    void answer(request, seen).then(({ status, json }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function answer(
  request: IncomingMessage,
  seen: Listener['seen'],
): Promise<{ status: number; json: object }> {
  if (request.method === 'GET') {
    return { status: 200, json: { name: 'x', temporal_ui: 'http://127.0.0.1:8233/namespaces/flow-state' } };
  }
  const bytes = await buffer(request);
  try {
    const headers = request.headers as Record<string, string>;
    custom.verify(rawRequest({ headers, body: bytes, receivedAt: new Date() }), settings);
  } catch {
    return { status: 401, json: { error: { code: 'SIGNATURE_INVALID', message: 'refused' } } };
  }
  seen.push({ path: request.url ?? '', body: bytes.toString() });
  return { status: 202, json: { status: 'accepted', delivery_id: 'evt_1', workflow_id: 'billing:evt_1' } };
}

test('send signs with the configured settings, and the provider verifies it', async (t) => {
  const { url, seen } = await listen(t);
  const cwd = await folderWith(t, { 'config.yaml': config, 'body.json': body });
  const { status, out, err } = await flowstate(['send', 'billing', '--file', 'body.json', '--url', url], {
    cwd,
  });
  assert.equal(err, '');
  assert.equal(status, 0);
  assert.deepEqual(seen, [{ path: '/webhooks/billing', body }]);
  assert.equal(
    out,
    `billing event: 202 accepted
  delivery  evt_1
  workflow  billing:evt_1
  Temporal  http://127.0.0.1:8233/namespaces/flow-state/workflows/billing%3Aevt_1
`,
  );
});

test('send --count --json prints a line for each', async (t) => {
  const { url, seen } = await listen(t);
  const cwd = await folderWith(t, { 'config.yaml': config, 'body.json': body });
  const words = ['send', 'billing', 'invoice', '--file', 'body.json', '--count', '3', '--json'];
  const { status, out } = await flowstate(words, { cwd, env: { FLOWSTATE_URL: url } });
  assert.equal(status, 0);
  assert.equal(seen.length, 3);
  const lines = out.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    provider: 'billing',
    event: 'invoice',
    http_status: 202,
    status: 'accepted',
    delivery_id: 'evt_1',
    workflow_id: 'billing:evt_1',
    workflow_url: 'http://127.0.0.1:8233/namespaces/flow-state/workflows/billing%3Aevt_1',
  });
});

test('send ends with 77 where the signature is refused, with the code of the answer', async (t) => {
  const { url, seen } = await listen(t);
  const cwd = await folderWith(t, { 'config.yaml': config.replace(secret, 'another'), 'body.json': body });
  const { status, err } = await flowstate(['send', 'billing', '--file', 'body.json', '--url', url], { cwd });
  assert.equal(status, 77);
  assert.match(err, /SIGNATURE_INVALID/);
  assert.deepEqual(seen, []);
});

test('send ends with 69 where no server answers', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': config, 'body.json': body });
  const words = ['send', 'billing', '--file', 'body.json', '--url', 'http://127.0.0.1:1'];
  const { status, err } = await flowstate(words, { cwd });
  assert.equal(status, 69);
  assert.match(err, /^flowstate: SERVER_UNREACHABLE: No server answers at http:\/\/127\.0\.0\.1:1/);
});

test('send of a provider that is not configured names those that are', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': config });
  const { status, err } = await flowstate(['send', 'shop'], { cwd });
  assert.equal(status, 2);
  assert.match(err, /shop is not configured; enabled: billing/);
});

test('send of a file that is not there says so', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': config });
  const { status, err } = await flowstate(['send', 'billing', '--file', 'none.json'], { cwd });
  assert.equal(status, 2);
  assert.match(err, /--file none\.json cannot be read/);
});
