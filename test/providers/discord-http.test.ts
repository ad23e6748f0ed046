import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Provider } from '../../src/provider-kit.ts';
import discord from '../../src/providers/discord/index.ts';
import { type Ingress, post, startIngress } from '../support/ingress.ts';
import { fixture, settings } from './discord-support.ts';

const paths = ['/webhooks/discord', '/webhooks/discord/interactions'];

async function startDiscord(t: TestContext): Promise<Ingress> {
  const active = { name: 'discord', provider: discord as unknown as Provider, settings };
  return await startIngress(t, { providers: new Map([['discord', active]]) });
}

async function send(ingress: Ingress, name: string, path = paths[0]) {
  const text = JSON.stringify(fixture(name).payload);
  const outgoing = { body: Buffer.from(text), deliveryId: 'd-1', eventType: 'e', sentAt: new Date() };
  return await post(ingress, text, { path: path ?? '', headers: discord.sign(outgoing, settings) });
}

for (const path of paths) {
  test(`discord › over HTTP, ${path} pongs what is signed and answers the rest with 401`, async (t) => {
    const ingress = await startDiscord(t);
    const pong = await send(ingress, 'interaction_ping', path);
    assert.deepEqual([pong.status, pong.text], [200, '{"type":1}']);
    const headers = {
      'content-type': 'application/json',
      'x-signature-ed25519': 'f'.repeat(128),
      'x-signature-timestamp': String(Math.floor(Date.now() / 1000)),
    };
    const refused = await post(ingress, '{"type":1}', { path, headers });
    assert.deepEqual([refused.status, refused.code], [401, 'SIGNATURE_INVALID']);
    assert.equal(ingress.accepted.length, 0);
  });

  test(`discord › over HTTP, a command at ${path} is accepted once and answered the same both times`, async (t) => {
    const ingress = await startDiscord(t);
    for (const _ of ['first', 'again']) {
      const { status, text } = await send(ingress, 'APPLICATION_COMMAND', path);
      assert.deepEqual(
        [status, JSON.parse(text)],
        [200, { type: 4, data: { content: 'Noted.', flags: 64 } }],
      );
    }
    assert.equal(ingress.accepted.length, 1);
    assert.doesNotMatch(Buffer.from(ingress.accepted[0]?.body ?? '').toString(), /token/);
  });
}

test('discord › over HTTP, webhook events get an empty 204, their ping too', async (t) => {
  const ingress = await startDiscord(t);
  for (const name of ['webhook_ping', 'ENTITLEMENT_CREATE', 'ENTITLEMENT_CREATE']) {
    const { status, text } = await send(ingress, name);
    assert.deepEqual([status, text], [204, '']);
  }
  assert.equal(ingress.accepted.length, 1);
});

test('discord › over HTTP, a relayed message is accepted, and a duplicate when it is posted again', async (t) => {
  const ingress = await startDiscord(t);
  const statuses = [await send(ingress, 'MESSAGE_CREATE'), await send(ingress, 'MESSAGE_CREATE')];
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [202, 200],
  );
});
