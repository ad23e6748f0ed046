import { randomBytes, randomUUID } from 'node:crypto';
import { sha256Hex } from '../../src/delivery.ts';
import { formType } from '../../src/payload.ts';
import { exampleSettings } from '../../src/providers/example.ts';
import type { Fixture, Provider } from '../../src/providers/provider.ts';
import { discoverProviders, loadFixtures } from '../../src/providers/registry.ts';

/** The five kinds of providers under their names in the configuration. */
export const senderNames = {
  github: 'github',
  clickup: 'clickup',
  slack: 'slack',
  discord: 'discord',
  billing: 'custom',
};

/** Of the custom sender, the one with a mapping of its own. */
const customFixture = 'event';
/** More than Temporal takes in a message: these go by reference to a file that ingress and worker share. */
const largeBytes = 600_000;

export interface Sender {
  readonly name: string;
  readonly provider: Provider;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly fixtures: readonly Fixture[];
}

/** A delivery as its sender has it: the same bytes at each attempt, signed anew. */
export interface Outgoing {
  readonly sender: string;
  readonly path: string;
  readonly body: Buffer;
  readonly sha256: string;
  readonly sign: () => Readonly<Record<string, string>>;
}

export async function findSenders(): Promise<readonly Sender[]> {
  const { providers } = await discoverProviders();
  return await Promise.all(
    Object.entries(senderNames).map(async ([name, kind]) => {
      const provider = providers.get(kind);
      if (provider === undefined) throw new Error(`there is no provider ${kind}`);
      const fixtures = (await loadFixtures(kind)).filter((fixture) =>
        kind === 'custom' ? fixture.name === customFixture : isPlain(fixture),
      );
      return { name, provider, settings: exampleSettings(provider, fixtures[0]), fixtures };
    }),
  );
}

/** One that becomes a delivery in the graph, with no settings of its own. */
function isPlain({ expected, settings, bodyUnsigned }: Fixture): boolean {
  return 'mutations' in expected && settings === undefined && bodyUnsigned !== true;
}

/** Deliveries of all senders in turn, every fixture of each in turn, every body another; of a hundred one is large. */
export function makeDeliveries(senders: readonly Sender[], count: number): readonly Outgoing[] {
  return Array.from({ length: count }, (_, index) => {
    const sender = senders[index % senders.length];
    const round = Math.floor(index / senders.length);
    const fixture = sender?.fixtures[round % sender.fixtures.length];
    if (sender === undefined || fixture === undefined) throw new Error('a sender has no fixture');
    return makeDelivery(sender, fixture, index % 100 === 99);
  });
}

function makeDelivery(
  { name, provider, settings: given }: Sender,
  fixture: Fixture,
  isLarge: boolean,
): Outgoing {
  const settings = provider.settings.parse(given);
  const deliveryId = randomUUID();
  const body = Buffer.from(bodyOf(provider, fixture, { id: deliveryId, isLarge }));
  const { eventType, path = '', query = '', headers } = fixture;
  return {
    sender: name,
    path: `${path}${query}`,
    body,
    sha256: sha256Hex(body),
    sign: () => ({
      'content-type': fixture.form === undefined ? 'application/json' : formType,
      ...headers,
      ...provider.sign({ body, deliveryId, eventType, sentAt: new Date() }, settings),
    }),
  };
}

/** Fresh, and with a field that no other body has. */
function bodyOf(
  provider: Provider,
  { form, payload }: Fixture,
  { id, isLarge }: { readonly id: string; readonly isLarge: boolean },
): string {
  const fresh = { id, at: new Date() };
  if (form !== undefined) return `${provider.freshenForm?.(form, fresh) ?? form}&flowstate_test=${id}`;
  const padding = isLarge ? { flowstate_padding: randomBytes(largeBytes).toString('base64') } : {};
  const body = { ...((provider.freshen?.(payload, fresh) ?? payload) as object), ...padding };
  return JSON.stringify(provider.name === 'custom' ? { ...body, id } : { ...body, flowstate_test: id });
}
