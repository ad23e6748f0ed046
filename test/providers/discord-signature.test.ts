import assert from 'node:assert/strict';
import { createHmac, sign } from 'node:crypto';
import { test } from 'node:test';
import type { RawRequest, SignatureInvalidError } from '../../src/provider-kit.ts';
import { privateKeyOf } from '../../src/provider-kit.ts';
import discord from '../../src/providers/discord/index.ts';
import { rawRequest } from '../support/requests.ts';
import { settings } from './discord-support.ts';

const signatureName = 'x-signature-ed25519';
const timestampName = 'x-signature-timestamp';
const sentMs = 1772446560_000;
const sent = String(sentMs / 1000);
const ping = '{"type":1}';
const seed = String(discord.exampleSettings?.['private_key']);

function verdict(headers: Record<string, string>, more: Partial<RawRequest> = {}, given = settings): string {
  try {
    discord.verify(rawRequest({ body: ping, headers, receivedAt: new Date(sentMs), ...more }), given);
    return 'accepted';
  } catch (error) {
    assert.equal((error as SignatureInvalidError).code, 'SIGNATURE_INVALID');
    return (error as SignatureInvalidError).reason;
  }
}

function honest(timestamp: string, body = ping): Record<string, string> {
  const key = privateKeyOf(Buffer.from(seed, 'hex'));
  const signature = sign(null, Buffer.from(timestamp + body), key).toString('hex');
  return { [timestampName]: timestamp, [signatureName]: signature };
}

function relayed(timestamp: string, secret = String(discord.exampleSettings?.['relay_secret'])) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`m-1.${timestamp}.${ping}`).digest('base64');
  return {
    'webhook-id': 'm-1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1a,other v1,${signature}`,
  };
}

test('discord › accepts what Discord signs, and signs the same', () => {
  assert.equal(verdict(honest(sent)), 'accepted');
  const outgoing = { body: Buffer.from(ping), deliveryId: 'd', eventType: 'e', sentAt: new Date(sentMs) };
  assert.deepEqual(discord.sign(outgoing, settings), {
    'content-type': 'application/json',
    ...honest(sent),
  });
});

test('discord › accepts the signature of each of several keys', () => {
  const own = settings.public_key[0] ?? '';
  const other = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
  for (const keys of [
    [other, own],
    [own.toUpperCase(), other],
  ]) {
    assert.equal(verdict(honest(sent), {}, discord.settings.parse({ public_key: keys })), 'accepted');
  }
  assert.equal(
    verdict(honest(sent), {}, discord.settings.parse({ public_key: other })),
    'signature-mismatch',
  );
});

test('discord › refuses every other form of signature, and what is missing or sent twice', () => {
  const { [signatureName]: signature = '', [timestampName]: timestamp = '' } = honest(sent);
  const malformed = [signature.toUpperCase(), signature.slice(1), `${signature}0`, 'zz'.repeat(64), 'v0='];
  for (const given of malformed) {
    assert.equal(verdict({ ...honest(sent), [signatureName]: given }), 'header-malformed', given);
  }
  assert.equal(verdict({ [timestampName]: timestamp }), 'header-missing');
  assert.equal(verdict({ [signatureName]: signature }), 'timestamp-missing');
  for (const name of [signatureName, timestampName]) {
    assert.equal(verdict(honest(sent), { repeatedHeaders: new Set([name]) }), 'header-repeated');
  }
});

test('discord › refuses another body or time, and digits that moved between them', () => {
  assert.equal(verdict(honest(sent), { body: Buffer.from('{"type":2}') }), 'signature-mismatch');
  assert.equal(verdict({ ...honest(sent), [timestampName]: '1772446561' }), 'signature-mismatch');
  const moved = { ...honest(sent), [timestampName]: sent.slice(0, -1) };
  const body = Buffer.from(sent.slice(-1) + ping);
  assert.equal(verdict(moved, { body }), 'timestamp-outside-tolerance');
});

for (const timestamp of ['NaN', 'Infinity', '-1772446560', '1e9', '1772446560.0', ' 1', '1772446560000000']) {
  test(`discord › refuses the timestamp ${timestamp} though its signature holds`, () => {
    assert.equal(verdict(honest(timestamp)), 'timestamp-malformed');
    assert.equal(verdict(relayed(timestamp)), 'timestamp-malformed');
  });
}

test('discord › takes what is up to fifteen minutes old or early', () => {
  for (const headers of [honest(sent), relayed(sent)]) {
    const at = (offsetMs: number) => verdict(headers, { receivedAt: new Date(sentMs + offsetMs) });
    assert.deepEqual([at(-900_000), at(900_000)], ['accepted', 'accepted']);
    assert.deepEqual([at(-900_001), at(900_001)], Array(2).fill('timestamp-outside-tolerance'));
  }
});

test('discord › takes a relay by its own secret, where there is one', () => {
  assert.equal(verdict(relayed(sent)), 'accepted');
  assert.equal(verdict(relayed(sent, `whsec_${'A'.repeat(32)}`)), 'signature-mismatch');
  assert.equal(verdict({ ...relayed(sent), 'webhook-id': 'm-2' }), 'signature-mismatch');
  const alone = discord.settings.parse({ public_key: settings.public_key });
  assert.equal(verdict(relayed(sent), {}, alone), 'signature-mismatch');
});

test('discord › refuses settings that would trust anybody', () => {
  const { public_key: key } = settings;
  const wrong = [
    {},
    { public_key: 'abc' },
    { public_key: [] },
    { public_key: `${'z'.repeat(64)}` },
    { public_key: key, relay_secret: 'whsec_' },
    { public_key: key, relay_secret: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=' },
    { public_key: key, relay_secret: 'short' },
    { public_key: key, tolerance_seconds: 0 },
    { public_key: key, interaction_reply: '' },
  ];
  for (const given of wrong) {
    assert.equal(discord.settings.safeParse(given).success, false, JSON.stringify(given));
  }
});

test('discord › a public key under the name of earlier releases is taken, with a warning', () => {
  assert.deepEqual(discord.legacySettings?.({ webhook_secret: 'k' }), {
    settings: { public_key: 'k' },
    warnings: ['webhook_secret is taken as public_key'],
  });
  const both = { webhook_secret: 'k', public_key: 'p' };
  assert.deepEqual(discord.legacySettings?.(both), { settings: both, warnings: [] });
});
