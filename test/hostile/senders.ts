import { randomUUID } from 'node:crypto';
import { makeSample, type SignedSample } from '../../src/cli/sample.ts';
import type { ActiveProvider, Fixture } from '../../src/providers/provider.ts';
import { discoverProviders, loadFixtures } from '../../src/providers/registry.ts';

/** A sender whose requests are forged with the shipped code. */
export interface Sender extends ActiveProvider {
  readonly fixtures: readonly Fixture[];
  /** What a refused signature is answered with. */
  readonly refused: number;
  /** A delivery that was never sent before. */
  honest(fixture?: Fixture): SignedSample;
  /** These bytes, signed; at another time where one is given. */
  signed(body: Uint8Array | string, sentAt?: Date): Record<string, string>;
}

const secret = 'a-secret-that-no-answer-may-tell';
const mapping = {
  nodes: { Invoice: { amount: 'integer', title: 'string' } },
  expression:
    '{"nodes": [{"label": "Invoice", "key": "own:invoice:" & $string(id), "properties": {"title": title}}]}',
};

/** Beside the shipped providers, three of one's own whose schemes differ. */
const ownSenders: Readonly<Record<string, object>> = {
  billing: {
    webhook_secret: secret,
    signature: {
      scheme: 'hmac',
      header: 'x-billing-signature',
      signed: '{timestamp}.{body}',
      timestamp: { from: '{header:x-billing-timestamp}' },
    },
    delivery_id: '{body:id}',
    event_type: '{body:type}',
    mapping,
  },
  standard: {
    webhook_secret: `whsec_${Buffer.from(secret).toString('base64')}`,
    signature: { scheme: 'standard-webhooks' },
    event_type: '{body:type}',
    mapping,
  },
  token: {
    webhook_secret: secret,
    signature: { scheme: 'token', header: 'x-token' },
    event_type: '{body:type}',
    mapping,
  },
};
const ownFixture = {
  name: 'invoice',
  eventType: 'invoice.paid',
  source: 'of the tests',
  payload: { id: 'in_1', type: 'invoice.paid', title: 'Ink', amount: 12 },
  receivedAt: '2026-03-02T13:00:00.000Z',
  expected: {},
} as unknown as Fixture;

/** What each shipped provider sends where one is asked for. */
const chosen = ['pull_request', 'taskCreated', 'message', 'MESSAGE_CREATE'];

export async function loadSenders(): Promise<ReadonlyMap<string, Sender>> {
  const { providers } = await discoverProviders();
  const senders = new Map<string, Sender>();
  for (const [name, provider] of providers) {
    const own = name === 'custom' ? Object.entries(ownSenders) : [];
    for (const [key, settings] of own) {
      const parsed = provider.settings.parse(settings);
      senders.set(key, senderOf({ name: key, provider, settings: parsed }, [ownFixture]));
    }
    if (name === 'custom') continue;
    const settings = provider.settings.parse(provider.exampleSettings ?? { webhook_secret: secret });
    senders.set(name, senderOf({ name, provider, settings }, await loadFixtures(name)));
  }
  return senders;
}

function senderOf(active: ActiveProvider, all: readonly Fixture[]): Sender {
  const { provider, settings } = active;
  const fixtures = all.filter(
    ({ bodyUnsigned, settings: own }) => bodyUnsigned !== true && own === undefined,
  );
  const usual = fixtures.find(({ name, eventType }) => chosen.includes(name) || chosen.includes(eventType));
  const first = usual ?? fixtures[0];
  if (first === undefined) throw new Error(`${active.name} has no fixtures`);
  return {
    ...active,
    fixtures,
    refused: provider.refusalStatus ?? 401,
    honest: (fixture = first) => {
      const sample = makeSample({ provider, settings, fixture });
      if (fixture !== ownFixture) return sample;
      const body = Buffer.from(JSON.stringify({ ...(ownFixture.payload as object), id: sample.deliveryId }));
      return makeSample({ provider, settings, fixture, body, deliveryId: sample.deliveryId });
    },
    signed: (body, sentAt = new Date()) => ({
      'content-type': 'application/json',
      ...provider.sign(
        { body: Buffer.from(body), deliveryId: randomUUID(), eventType: first.eventType, sentAt },
        settings,
      ),
    }),
  };
}
