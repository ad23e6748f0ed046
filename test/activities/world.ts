import type { TestContext } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import { sha256Hex, type DeliveryHead } from '../../src/delivery.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import clickup from '../../src/providers/clickup/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { bringTogether } from '../../src/providers/together.ts';
import type { WriteSummary } from '../../workflows/types.ts';
import { type ClickUpApi, startClickUpApi } from '../support/clickup-api.ts';
import { RefusingStore } from '../support/refusing-store.ts';
import { openLadybug } from '../support/stores.ts';
import { silent } from '../support/temporal.ts';

export interface World {
  readonly api: ClickUpApi;
  readonly store: RefusingStore;
  /** Of one attempt of an activity; a test may cancel it and hear its heartbeats. */
  readonly environment: MockActivityEnvironment;
  /** Workflow ids, as `onAsking` is told of them. */
  readonly asking: readonly string[];
  readonly enrich: (payload: unknown) => Promise<unknown>;
  readonly apply: (payload: unknown, given?: Given) => Promise<WriteSummary>;
}

export interface Given {
  readonly head?: Partial<DeliveryHead>;
  readonly run?: string;
  readonly enrichment?: unknown;
}

/** The activities as a worker has them, with ClickUp, a ClickUp API over HTTP and a LadybugDB on disk. */
export async function startWorld(t: TestContext, change: Partial<Provider> = {}): Promise<World> {
  const api = await startClickUpApi();
  t.after(async () => await api[Symbol.asyncDispose]());
  const opened = await openLadybug(clickup.model);
  t.after(async () => await opened.close());
  const store = new RefusingStore(opened.store);
  const settings = clickup.settings.parse({ webhook_secret: 's', api_token: 'pk_1', api_url: api.url });
  const provider = { ...(clickup as unknown as Provider), ...change };
  const active = { name: 'clickup', provider, settings };
  const asking: string[] = [];
  const activities = createActivities({
    providers: new Map([['clickup', active]]),
    graph: store satisfies GraphStore,
    connect: bringTogether([active]).connect,
    log: silent,
    onAsking: (_provider, workflowId) => asking.push(workflowId),
  });
  const logger = new DefaultLogger('ERROR', () => undefined); // tests tell by their asserts
  const environment = new MockActivityEnvironment({}, { logger });
  return {
    api,
    store,
    environment,
    asking,
    enrich: async (payload) => {
      const { head, body } = deliveryOf(payload);
      return await environment.run(async () => await activities.enrich(head, body));
    },
    apply: async (payload, { head: changed, run = 'run-1', enrichment } = {}) => {
      const { head, body } = deliveryOf(payload);
      const identity = { runId: run, firstRunId: 'run-1' };
      return await environment.run(
        async () => await activities.applyDelivery({ ...head, ...changed }, body, identity, enrichment),
      );
    },
  };
}

function deliveryOf(payload: unknown): { head: DeliveryHead; body: Uint8Array } {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const head = {
    provider: 'clickup',
    id: sha256Hex(body).slice(0, 12),
    eventType: 'taskCreated',
    receivedAt: '2026-03-02T10:15:31.000Z',
    contentType: 'application/json',
    bodySha256: sha256Hex(body),
  };
  return { head, body };
}

export function taskCreated(taskId: string): object {
  return { event: 'taskCreated', webhook_id: 'w-1', task_id: taskId };
}
