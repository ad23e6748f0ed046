import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { suite, test } from 'node:test';
import { ConnectionsFirst } from '../../src/ingress/connections-first.ts';
import { listen } from '../../src/ingress/listen.ts';

suite('connections first', () => {
  test('a request is served at once where nobody connects', () => {
    let served = 0;
    new ConnectionsFirst().serve(() => (served += 1));
    assert.equal(served, 1);
  });

  test('requests wait, in their order, until a turn in which nobody connects', async () => {
    const connections = new ConnectionsFirst(() => 0);
    const served: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      connections.accepted();
      connections.serve(() => served.push(turn));
      await nextTurn();
      assert.deepEqual(served, []);
    }
    connections.serve(() => served.push(5));
    assert.deepEqual(served, [], 'the last one to connect is read in the turn after it was accepted');
    await nextTurn();
    assert.deepEqual(served, [0, 1, 2, 3, 4, 5]);
  });

  test('after 250 ms one of those that wait is served in each turn, however many connect', async () => {
    let now = 0;
    const connections = new ConnectionsFirst(() => now);
    const served: string[] = [];
    for (; now < 280; now += 10) {
      const since = now;
      connections.accepted();
      for (const name of ['a', 'b']) connections.serve(() => served.push(`${since}${name}`));
      await nextTurn();
    }
    assert.deepEqual(served, ['0a', '0b', '10a']);
  });

  test('of forty senders that connect at once none is answered twice before each was answered once', async (t) => {
    const served: string[] = [];
    const server = await listen(
      (request, response) => {
        served.push(request.url ?? '');
        response.end();
      },
      { host: '127.0.0.1', port: 0 },
    );
    t.after(server.close);
    const sendTwice = async (): Promise<void> => {
      const socket = createConnection({ port: server.port, host: '127.0.0.1' });
      socket.write(post('/first'));
      await once(socket, 'data');
      socket.end(post('/second'));
      await once(socket, 'close');
    };
    await Promise.all(Array.from({ length: 40 }, sendTwice));
    assert.equal(served.length, 80);
    assert.deepEqual(served.slice(0, 40), new Array(40).fill('/first'));
  });
});

function post(path: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n`;
}
