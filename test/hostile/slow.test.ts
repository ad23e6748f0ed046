import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { post, signed, startIngress } from '../support/ingress.ts';
import { type Answer, exchange, hangUp, parseAnswer } from './exchange.ts';

const note = '{"id":"n1"}';
const head = 'POST /webhooks/acme HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

async function open(t: TestContext, port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Writes a piece again and again, until the server has had enough. */
async function drip(socket: Socket, pieces: Iterable<string>): Promise<Answer> {
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  const closed = hangUp(socket);
  const iterator = pieces[Symbol.iterator]();
  const timer = setInterval(() => socket.write(iterator.next().value as string), 20);
  await closed;
  clearInterval(timer);
  return parseAnswer(received);
}

function* forEver(first: string, next: string): Generator<string, string> {
  yield first;
  for (;;) yield next;
}

suite('senders that are slow on purpose', { timeout: 120_000 }, () => {
  const dripping = [
    ['a head', head, 'x-a: b\r\n'],
    ['a header', `${head}x-a: `, 'b'],
    ['a body', `${head}content-length: 1000000\r\n\r\n`, ' '],
    ['chunks', `${head}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    ['the size of a chunk', `${head}transfer-encoding: chunked\r\n\r\n`, '0'],
  ] as const;
  for (const [title, first, next] of dripping) {
    test(`hostile › ${title}, byte by byte: the server ends it, and others are served meanwhile`, async (t) => {
      const ingress = await startIngress(t, { listen: { requestTimeoutMs: 900 } });
      const socket = await open(t, ingress.port);
      const ended = drip(socket, forEver(first, next));
      assert.equal((await post(ingress, note)).status, 202);
      const { status } = await ended;
      assert.ok(status === 408 || status === 400, String(status));
    });
  }

  test('hostile › who asks again and again and reads no answer is hung up on', async (t) => {
    const ingress = await startIngress(t, { listen: { idleTimeoutMs: 300 } });
    const socket = await open(t, ingress.port);
    socket.pause();
    const closed = hangUp(socket);
    const many = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1000);
    const timer = setInterval(() => {
      if (socket.writableLength < 1e6) socket.write(many);
    }, 5);
    t.after(() => clearInterval(timer));
    await closed;
    assert.equal((await post(ingress, note)).status, 202);
  });

  test('hostile › who connects and says nothing is hung up on', async (t) => {
    const ingress = await startIngress(t, { listen: { requestTimeoutMs: 300 } });
    const silent = await open(t, ingress.port);
    silent.resume();
    await hangUp(silent);
  });
});

suite('more connections than are taken', { timeout: 120_000 }, () => {
  test('hostile › beyond the limit a post gets 503 with Retry-After, a question its answer', async (t) => {
    const ingress = await startIngress(t, { listen: { maxConnections: 10 } });
    const idle = await Promise.all(Array.from({ length: 10 }, async () => await open(t, ingress.port)));
    const target = '/webhooks/acme';
    const refused = await exchange(ingress.port, { target, headers: signed(note), body: note });
    assert.deepEqual([refused.status, refused.code], [503, 'SERVER_BUSY']);
    assert.equal(refused.headers['retry-after'], '5');
    assert.deepEqual(ingress.accepted, []);
    assert.equal((await exchange(ingress.port, { method: 'GET' })).status, 200);
    for (const socket of idle) socket.destroy();
    await eventually(async () => {
      const taken = await exchange(ingress.port, { target, headers: signed(note), body: note });
      assert.equal(taken.status, 202);
    });
  });

  test('hostile › far beyond the limit the server hangs up, and is there again when they are gone', async (t) => {
    const ingress = await startIngress(t, { listen: { maxConnections: 10 } });
    const idle = await Promise.all(Array.from({ length: 20 }, async () => await open(t, ingress.port)));
    const none = await exchange(ingress.port, { method: 'GET' });
    assert.equal(none.status, 0);
    for (const socket of idle) socket.destroy();
    await eventually(async () => {
      assert.equal((await exchange(ingress.port, { method: 'GET' })).status, 200);
    });
  });
});
