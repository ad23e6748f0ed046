import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parsePayload } from '../../../src/payload.ts';
import { sha256Hex, type DeliveryHead } from '../../../src/delivery.ts';
import { eventTime } from '../../../src/graph/event-time.ts';
import { type LadybugStore, openLadybugStore } from '../../../src/graph/ladybug/store.ts';
import type { DeliveryChange } from '../../../src/graph/store.ts';
import github from '../../../src/providers/github/index.ts';
import type { ActiveProvider, Provider } from '../../../src/providers/provider.ts';
import { bringTogether } from '../../../src/providers/together.ts';

const provider = github as unknown as Provider;
const active: ActiveProvider = { name: 'github', provider, settings: {} };
const together = bringTogether([active]);

/** The same embedded graph as the project's, for every contestant. */
export async function openGraph(folder: string): Promise<LadybugStore> {
  const store = await openLadybugStore({ path: join(folder, 'graph.lbug') });
  await store.migrate(together.model);
  return store;
}

export function headOf(id: string, eventType: string, body: Uint8Array): DeliveryHead {
  return {
    provider: 'github',
    id,
    eventType,
    receivedAt: new Date().toISOString(),
    contentType: 'application/json',
    bodySha256: sha256Hex(body),
  };
}

/** What the delivery means, as the project normalizes it. */
export async function changeOf(head: DeliveryHead, body: Uint8Array): Promise<DeliveryChange> {
  const payload = parsePayload(body, head.contentType);
  const normalized = await provider.normalize({
    delivery: { ...head, payload },
    settings: {},
    enrichment: undefined,
  });
  if ('skipped' in normalized)
    throw new Error(`The benchmark sends nothing that is skipped: ${head.eventType}`);
  const time = normalized.eventTime ?? eventTime(head.receivedAt);
  if (time === undefined) throw new Error(`no time: ${head.receivedAt}`);
  const runId = randomUUID();
  const { id: deliveryId, receivedAt, eventType, bodySha256 } = head;
  return {
    ...{ key: `github:${deliveryId}`, provider: 'github', deliveryId, eventType, receivedAt, bodySha256 },
    ...{ eventTime: time, runId, firstRunId: runId, mutations: together.connect(normalized.mutations) },
  };
}

export async function deliveriesIn(store: LadybugStore): Promise<number> {
  const { rows } = await store.query(
    'MATCH (d:Delivery) RETURN count(d)',
    {},
    { timeoutMs: 60_000, maxRows: 1 },
  );
  return Number(rows[0]?.[0]);
}
