import assert from 'node:assert/strict';
import { sha256Hex } from '../../src/delivery.ts';
import { eventTime } from '../../src/graph/event-time.ts';
import { nodesOf } from '../../src/graph/mutation.ts';
import type { DeliveryChange, GraphStore } from '../../src/graph/store.ts';
import { parsePayload } from '../../src/payload.ts';
import github from '../../src/providers/github/index.ts';
import type { ActiveProvider } from '../../src/providers/provider.ts';
import slack from '../../src/providers/slack/index.ts';
import { bringTogether } from '../../src/providers/together.ts';
import { dumpOf } from './changes.ts';
import type { OpenTestStore } from './stores.ts';
import { keyOf, type TestDelivery } from './test-deliveries.ts';

const contentType = 'application/json';
const settings = { webhook_secret: ['secret'], tolerance_seconds: 300 };
const active = new Map<string, ActiveProvider>(
  [github, slack].map((provider) => [provider.name, { name: provider.name, provider, settings }]),
);
const together = bringTogether(active.values());
export const graphModel = together.model;
const groupSize = 200;

export interface ExpectedGraph {
  readonly dump: string;
  /** How many nodes each delivery touches, by its key. */
  readonly touched: ReadonlyMap<string, number>;
}

/** The graph that these deliveries must give, each applied once, in their canonical order, and by nothing that can fail. */
export async function expectedGraph(
  open: OpenTestStore,
  deliveries: readonly TestDelivery[],
  receivedAt: ReadonlyMap<string, string>,
): Promise<ExpectedGraph> {
  const changes = await Promise.all(
    deliveries.map(async (delivery) => await changeOf(delivery, receivedAt.get(keyOf(delivery)) ?? '')),
  );
  const ordered = changes.toSorted((a, b) =>
    `${a.eventTime} ${a.key}` < `${b.eventTime} ${b.key}` ? -1 : 1,
  );
  const opened = await open(graphModel);
  try {
    for (let start = 0; start < ordered.length; start += groupSize) {
      await applyAll(opened.store, ordered.slice(start, start + groupSize));
    }
    return {
      dump: await dumpOf(opened.store),
      touched: new Map(ordered.map(({ key, mutations }) => [key, nodesOf(mutations).length])),
    };
  } finally {
    await opened.close();
  }
}

async function applyAll(store: GraphStore, changes: readonly DeliveryChange[]): Promise<void> {
  await Promise.all(changes.map(async (change) => await store.apply(change)));
}

async function changeOf(delivery: TestDelivery, receivedAt: string): Promise<DeliveryChange> {
  const { provider: name, id: deliveryId, eventType, body } = delivery;
  const sender = active.get(name);
  assert.ok(sender, name);
  const head = { provider: name, id: deliveryId, eventType, receivedAt, contentType };
  const key = keyOf(delivery);
  const normalized = await sender.provider.normalize({
    delivery: { ...head, bodySha256: sha256Hex(body), payload: parsePayload(body, contentType) },
    settings,
    enrichment: undefined,
  });
  assert.ok('mutations' in normalized, key);
  return {
    ...{ key, provider: name, deliveryId, eventType, receivedAt },
    eventTime: normalized.eventTime ?? eventTime(receivedAt) ?? '',
    bodySha256: sha256Hex(body),
    runId: key,
    firstRunId: key,
    mutations: together.connect(normalized.mutations),
  };
}
