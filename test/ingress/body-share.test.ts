import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Router } from 'express';
import { BodyBudget, type BodyShare } from '../../src/ingress/body-budget.ts';
import { eventually } from '../support/eventually.ts';
import { type Ingress, post, startIngress } from '../support/ingress.ts';

const maxBodyBytes = 10 * 1024 * 1024;
const large = `{"id":"${'x'.repeat(8 * 1024 * 1024)}"}`;

/** A budget for one large body, which tells when the first byte of one is counted. */
class WatchedBudget extends BodyBudget {
  added: () => void = () => undefined;

  constructor() {
    super(maxBodyBytes);
  }

  override share(): BodyShare {
    const share = super.share();
    return {
      ...share,
      add: (bytes) => {
        share.add(bytes);
        this.added();
      },
    };
  }
}

function open({ port }: Ingress): Socket {
  return connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
}

function request(body: Uint8Array | string, headers: readonly string[] = []): Buffer {
  const head = [
    'POST /webhooks/acme HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

async function takesLargeBodies(ingress: Ingress): Promise<void> {
  await eventually(async () => assert.equal((await post(ingress, large)).status, 202), 10_000);
}

suite('ingress › the memory for bodies is given back', () => {
  test('where the sender hangs up while its body inflates', async (t) => {
    const bodies = new WatchedBudget();
    const ingress = await startIngress(t, { bodies, maxBodyBytes });
    const packed = gzipSync(Buffer.alloc(maxBodyBytes - 10, ' '));
    for (let attack = 0; attack < 3; attack += 1) {
      const socket = open(ingress);
      const isCounted = new Promise<void>((resolve) => (bodies.added = resolve));
      socket.write(request(packed, ['Content-Encoding: gzip']));
      await isCounted;
      socket.resetAndDestroy();
    }
    await takesLargeBodies(ingress);
  });

  test('where the sender hangs up before an answer that comes first', async (t) => {
    const bodies = new WatchedBudget();
    const never = Router().get('/never', () => undefined);
    const ingress = await startIngress(t, { bodies, maxBodyBytes, routers: [never] });
    const socket = open(ingress);
    const areAllCounted = new Promise<void>((resolve) => {
      bodies.added = resolve;
    });
    socket.write('GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.write(request(large));
    await areAllCounted;
    await eventually(async () => assert.equal(ingress.rejections.list({ limit: 10 }).length, 1));
    socket.resetAndDestroy();
    await takesLargeBodies(ingress);
  });
});
