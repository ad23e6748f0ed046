import { eventTime } from '../../src/graph/event-time.ts';
import type { GraphModel } from '../../src/graph/model.ts';
import type { Mutation } from '../../src/graph/mutation.ts';
import type { Fixture } from '../../src/providers/provider.ts';
import { dumpOf } from './changes.ts';
import type { OpenTestStore } from './stores.ts';

/** A fixture with what its provider makes of it. */
export interface Normalized {
  readonly fixture: Fixture;
  readonly eventTime?: string | undefined;
  readonly mutations: readonly Mutation[];
}

/** The graph of these deliveries in a store of its own, as text. */
export async function graphOf(
  open: OpenTestStore,
  model: GraphModel,
  deliveries: readonly Normalized[],
): Promise<string> {
  const opened = await open(model);
  try {
    for (const { fixture, eventTime: at, mutations } of deliveries) {
      const { name, eventType, receivedAt } = fixture;
      await opened.store.apply({
        key: `test:${name}`,
        provider: 'test',
        deliveryId: name,
        eventType,
        receivedAt,
        eventTime: at ?? eventTime(receivedAt) ?? '',
        bodySha256: '',
        runId: name,
        firstRunId: name,
        mutations,
      });
    }
    return await dumpOf(opened.store);
  } finally {
    await opened.close();
  }
}
