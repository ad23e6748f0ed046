import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { BodyBudget } from '../../src/ingress/body-budget.ts';
import { eventually } from '../support/eventually.ts';
import { type Ingress, post, signed, startIngress } from '../support/ingress.ts';
import { exchange } from './exchange.ts';

const megabyte = 1024 * 1024;
const note = '{"id":"n1"}';
const large = `{"id":"large","text":"${'x'.repeat(600 * 1024)}"}`;

/** Sends most of a large body, and then nothing. */
async function holdOpen(t: TestContext, { port }: Ingress): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  const head = 'POST /webhooks/acme HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  socket.write(`${head}content-length: ${large.length}\r\n\r\n${large.slice(0, -1)}`);
  return socket;
}

suite('bodies and memory', { timeout: 120_000 }, () => {
  test('hostile › large bodies share a budget: beyond it they get 503, small ones do not notice', async (t) => {
    const ingress = await startIngress(t, { bodies: new BodyBudget(megabyte), maxBodyBytes: megabyte });
    const target = '/webhooks/acme';
    const sendLarge = async (id: string) =>
      await exchange(ingress.port, { target, headers: signed(large, id), body: large });
    const held = await holdOpen(t, ingress);
    const refused = await eventually(async () => {
      const answer = await sendLarge(crypto.randomUUID()); // until the held one has arrived
      assert.equal(answer.status, 503);
      return answer;
    });
    assert.deepEqual([refused.code, refused.headers['retry-after']], ['SERVER_BUSY', '5']);
    assert.equal((await post(ingress, note, { headers: signed(note, 'small') })).status, 202);
    held.destroy();
    await eventually(async () => assert.equal((await sendLarge('after')).status, 202));
    for (let index = 0; index < 20; index += 1) {
      assert.equal((await sendLarge(`again-${index}`)).status, 202, 'what was read is given back');
    }
  });

  test('hostile › a body in chunks of a byte is refused before it costs more than its bytes', async (t) => {
    const ingress = await startIngress(t, { maxBodyBytes: megabyte });
    const headers = { ...signed(large), 'transfer-encoding': 'chunked' };
    const shredded = Buffer.from('1\r\nx\r\n'.repeat(200_000) + '0\r\n\r\n');
    const answer = await exchange(ingress.port, { target: '/webhooks/acme', headers, body: shredded });
    assert.deepEqual([answer.status, answer.code], [400, 'PAYLOAD_INVALID']);
    const small = [...note].map((one) => `1\r\n${one}\r\n`).join('') + '0\r\n\r\n';
    const honest = { ...signed(note, 'honest'), 'transfer-encoding': 'chunked' };
    const taken = await exchange(ingress.port, { target: '/webhooks/acme', headers: honest, body: small });
    assert.equal(taken.status, 202);
  });
});
