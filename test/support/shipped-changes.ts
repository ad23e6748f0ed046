import { idempotencyKey } from '../../src/delivery.ts';
import { eventTime } from '../../src/graph/event-time.ts';
import type { GraphModel } from '../../src/graph/model.ts';
import type { DeliveryChange } from '../../src/graph/store.ts';
import { deliveryOf, type Example, exampleOf, normalizeExample } from '../../src/providers/example.ts';
import { discoverProviders, loadFixtures } from '../../src/providers/registry.ts';
import { bringTogether, type Together } from '../../src/providers/together.ts';

/** What deliveries say of a graph, and the model that takes it. */
export interface Told {
  readonly model: GraphModel;
  readonly changes: readonly DeliveryChange[];
}

/** Every fixture of every shipped provider that becomes a delivery, verified, normalized and connected. */
export async function readShippedChanges(): Promise<Told> {
  const examples = await readExamples();
  const together = bringTogether(
    examples.map(({ provider, settings }) => ({ name: provider.name, provider, settings })),
  );
  const changes = await Promise.all(examples.map(async (example) => await changesOf(example, together)));
  return { model: together.model, changes: changes.flat() };
}

async function readExamples(): Promise<Example[]> {
  const { providers } = await discoverProviders();
  const examples = await Promise.all(
    [...providers.values()].map(async (provider) =>
      (await loadFixtures(provider.name)).map((fixture) => exampleOf(provider, fixture)),
    ),
  );
  return examples.flat();
}

/** One, or none where the fixture is a handshake or has nothing to write. */
async function changesOf(example: Example, { connect }: Together): Promise<DeliveryChange[]> {
  const { provider, fixture, settings, request } = example;
  provider.verify(request, settings);
  if (provider.identify(request, settings).kind !== 'delivery') return [];
  const { receivedAt, eventType, bodySha256 } = deliveryOf(example);
  const normalized = await normalizeExample(example);
  if ('skipped' in normalized) return [];
  const key = idempotencyKey(provider.name, fixture.name);
  return [
    {
      ...{ key, provider: provider.name, deliveryId: fixture.name, eventType, receivedAt, bodySha256 },
      eventTime: normalized.eventTime ?? eventTime(receivedAt) ?? '',
      runId: key,
      firstRunId: key,
      mutations: connect(normalized.mutations),
    },
  ];
}
