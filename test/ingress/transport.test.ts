import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Router } from 'express';
import { BodyBudget } from '../../src/ingress/body-budget.ts';
import { readBody } from '../../src/ingress/read-body.ts';
import { maxBodyBytes, post, sendRaw, signed, startIngress } from '../support/ingress.ts';

const note = '{"id":"n1","text":"Hello"}';
const head = 'POST /webhooks/acme HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

test('ingress › the sender of a far too large body reads its 413, announced or in chunks', async (t) => {
  const ingress = await startIngress(t);
  const body = Buffer.alloc(20 * 1024 * 1024, 'x');
  const announced = await sendRaw(ingress, [`${head}content-length: ${body.length}\r\n\r\n`, body]);
  const chunked = await sendRaw(ingress, [`${head}transfer-encoding: chunked\r\n\r\n`, ...inChunk(body)]);
  for (const answer of [announced, chunked]) {
    assert.deepEqual([answer.status, answer.code], [413, 'PAYLOAD_TOO_LARGE']);
    assert.equal(answer.headers['connection'], 'close');
  }
  assert.equal((await post(ingress, body)).status, 413, 'an ordinary client reads it too');
});

function inChunk(body: Uint8Array): (string | Uint8Array)[] {
  return [`${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'];
}

test('ingress › bytes count as they are sent too, where they inflate to nothing', async (t) => {
  const ingress = await startIngress(t);
  const nothing = Buffer.concat(Array.from({ length: 5000 }, () => gzipSync('')));
  const headers = `${head}content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n`;
  const answer = await sendRaw(ingress, [headers, ...inChunk(nothing)]);
  assert.deepEqual([answer.status, answer.code], [413, 'PAYLOAD_TOO_LARGE']);
});

test('ingress › the sender of a large body to nobody reads its 404', async (t) => {
  const ingress = await startIngress(t);
  const answer = await post(ingress, Buffer.alloc(8 * 1024 * 1024, 'x'), { path: '/webhooks/nobody' });
  assert.deepEqual([answer.status, answer.code], [404, 'PROVIDER_UNKNOWN']);
});

test('ingress › a body of just the limit is taken', async (t) => {
  const ingress = await startIngress(t);
  const frame = '{"id":"n","text":""}';
  const body = `{"id":"n","text":"${'x'.repeat(maxBodyBytes - frame.length)}"}`;
  assert.equal(body.length, maxBodyBytes);
  assert.equal((await post(ingress, body)).status, 202);
});

test('ingress › a body that ends before its length is told so', async (t) => {
  const ingress = await startIngress(t);
  const answer = await sendRaw(ingress, [`${head}content-length: 100\r\n\r\n{"id":`], { halfClose: true });
  assert.deepEqual([answer.status, answer.code], [400, 'REQUEST_INCOMPLETE']);
  assert.deepEqual(ingress.accepted, []);
});

test('ingress › a sender that says with its last byte that no more comes is answered', async (t) => {
  const ingress = await startIngress(t);
  const body = '{"id":"half"}';
  const signature = Object.entries(signed(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  const pieces = [`${head}${signature.join('')}content-length: ${body.length}\r\n\r\n`, body];
  const answer = await sendRaw(ingress, pieces, { halfClose: true });
  assert.equal(answer.status, 202);
  assert.equal(ingress.accepted.length, 1);
});

test('ingress › a body that does not come is told so', async (t) => {
  const ingress = await startIngress(t, { listen: { requestTimeoutMs: 150 } });
  const answer = await sendRaw(ingress, [`${head}content-length: 100\r\n\r\n{"id":`]);
  assert.deepEqual([answer.status, answer.code], [408, 'REQUEST_TIMEOUT']);
});

test('ingress › what is no HTTP, and what has too many headers, is told so', async (t) => {
  const ingress = await startIngress(t);
  const garbage = await sendRaw(ingress, ['HELLO\r\n\r\n']);
  assert.deepEqual([garbage.status, garbage.code], [400, 'REQUEST_INCOMPLETE']);
  const headers = await sendRaw(ingress, [`${head}x-long: ${'x'.repeat(40_000)}\r\n\r\n`]);
  assert.deepEqual([headers.status, headers.code], [431, 'HEADERS_TOO_LARGE']);
});

test('ingress › a sender that hangs up leaves the server as it was', async (t) => {
  const ingress = await startIngress(t);
  const socket = connect(ingress.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${head}content-length: 100\r\n\r\n{"id":`);
  socket.resetAndDestroy();
  assert.equal((await post(ingress, note)).status, 202);
});

test('ingress › the port of another is refused with its number', async (t) => {
  const { port } = await startIngress(t);
  await assert.rejects(async () => await startIngress(t, { listen: { port } }), {
    code: 'PORT_IN_USE',
    message: new RegExp(String(port)),
  });
});

test('ingress › a stop answers what was begun and takes no more', { timeout: 20_000 }, async (t) => {
  const gate = new EventEmitter();
  const begun = once(gate, 'begun');
  const ingress = await startIngress(t, {
    accept: async ({ delivery: { id: deliveryId } }) => {
      gate.emit('begun');
      await once(gate, 'released');
      return { status: 'accepted', deliveryId, workflowId: `acme:${deliveryId}` };
    },
  });
  const answer = post(ingress, note);
  await begun;
  const closed = ingress.close();
  await assert.rejects(async () => await post(ingress, note, { headers: signed(note, 'late') }));
  gate.emit('released');
  assert.equal((await answer).status, 202);
  const answeredAt = performance.now();
  await closed;
  assert.ok(performance.now() - answeredAt < 2000, 'a kept-alive connection held the server');
});

test('ingress › a stop does not wait for ever for who sends nothing', { timeout: 20_000 }, async (t) => {
  const ingress = await startIngress(t, { listen: { drainMs: 50 } });
  const socket = connect(ingress.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${head}content-length: 100\r\n\r\n`);
  const hungUp = once(socket, 'close');
  socket.resume().on('error', () => undefined);
  assert.equal((await post(ingress, note)).status, 202);
  await ingress.close();
  await hungUp;
});

test('ingress › of a sender that hung up while its request waited for its turn nothing is awaited', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const received = once(server, 'request') as Promise<[IncomingMessage]>;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${head}content-length: 100\r\n\r\nthe first of it`);
  const [request] = await received;
  const closed = new Promise((resolve) => request.on('error', () => undefined).once('close', resolve));
  socket.destroy();
  await closed;
  const limits = { maxBytes: 1000, share: new BodyBudget().share() };
  await assert.rejects(readBody(request, limits), { code: 'REQUEST_INCOMPLETE' });
});

test('ingress › one connection may ask for much before the first answer, and not for ever more', async (t) => {
  let asked = 0;
  const never = Router().get('/never', () => void (asked += 1));
  const ingress = await startIngress(t, { routers: [never] });
  const ask = (path: string, times: number) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(times);
  const socket = connect({ port: ingress.port, host: '127.0.0.1' });
  let answers = '';
  socket.on('data', (chunk) => (answers += chunk.toString('latin1')));
  socket.write(ask('/', 20) + 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await once(socket, 'end');
  assert.equal(answers.split('HTTP/1.1 200 OK').length - 1, 21);
  const refused = await sendRaw(ingress, [ask('/never', 1000)]);
  assert.deepEqual([refused.status, refused.code], [503, 'SERVER_BUSY']);
  assert.ok(asked < 100, `${asked} at once`);
  assert.equal((await post(ingress, note)).status, 202);
});
