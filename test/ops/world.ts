import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { boundedKey, idempotencyKey, sha256Hex } from '../../src/delivery.ts';
import { acceptIntoTemporal } from '../../src/ingress/accept.ts';
import { createApp } from '../../src/ingress/app.ts';
import { Rejections } from '../../src/ingress/rejections.ts';
import { listen } from '../../src/ingress/listen.ts';
import { createOpsRouter, type OpsOptions } from '../../src/ops/routes.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { discoverProviders } from '../../src/providers/registry.ts';
import { VisibilityReader } from '../../src/temporal/visibility-reader.ts';
import { startWorkers } from '../../src/temporal/worker.ts';
import type { Activities } from '../../workflows/types.ts';
import { testModel } from '../support/changes.ts';
import { eventually } from '../support/eventually.ts';
import { openLadybug } from '../support/stores.ts';
import { silent, startTestTemporal, type TestTemporal } from '../support/temporal.ts';

export const adminToken = 'the-admin-token';

/** Routes that want the admin token. */
export const guarded = [
  ['GET', '/entities/Task/t:1'],
  ['POST', '/graph'],
  ['GET', '/graph/saved'],
  ['GET', '/graph/saved/mentions'],
  ['GET', '/events'],
  ['GET', '/events/github/x'],
  ['POST', '/events/github/x/replay'],
] as const;

/** What becomes of a delivery: it is written, it fails for good, or it waits for a graph that is down. */
export type Fate = 'ok' | 'fail' | 'wait';

export interface World {
  readonly url: string;
  readonly client: Client;
  readonly temporal: TestTemporal;
  /** By the delivery's id, read whenever a run gets to it. */
  readonly fates: Map<string, Fate>;
  /** Accepts a delivery; resolves when its run has ended, or waits. */
  deliver(provider: string, id: string, fate: Fate, receivedAt?: string): Promise<void>;
  /** Accepts one that no worker takes. */
  deliverToNobody(provider: string, id: string, timeoutMs?: number): Promise<void>;
  ended(provider: string, id: string): Promise<void>;
  /** Asks a route with the admin token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

export const providers = ['github', 'clickup', 'billing'];

/** The ops routes over HTTP, with a real Temporal, the shipped workflows and a graph; only the activities are the test's. */
export async function startWorld(given: Partial<OpsOptions> = {}): Promise<World> {
  const temporal = await startTestTemporal();
  const fates = new Map<string, Fate>();
  const { connection, client, namespace } = temporal;
  const workers = await startWorkers({
    dataConverter: temporal.dataConverter,
    connection,
    namespace,
    providers,
    version: 'test',
    activities: activitiesOf(fates),
    onFailure: (error) => {
      throw error;
    },
  });
  const graph = await openLadybug();
  const registry = await discoverProviders();
  const provider = registry.providers.get('github') as Provider;
  const active = new Map(providers.map((name) => [name, { name, provider, settings: {} }]));
  const rejections = await Rejections.open(join(temporal.folder, 'rejections.json'), silent);
  const options = {
    rejections,
    client,
    visibility: new VisibilityReader(client),
    graph: graph.store,
    model: testModel,
    namesIn: () => [],
    registry,
    active,
    probes: {},
    vital: 'temporal',
    isReady: () => true,
    adminToken,
  };
  const app = createApp({
    providers: active,
    webhooksEnabled: true,
    accept: acceptIntoTemporal(client),
    rejections,
    maxBodyBytes: 1000,
    log: silent,
    info: {},
    routers: [createOpsRouter({ ...options, temporalUi: 'http://ui', ...given })],
  });
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    ...deliveries(client, fates),
    url,
    client,
    temporal,
    fates,
    ask: async (path, init = {}) =>
      await fetch(`${url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${adminToken}`, ...init.headers },
      }),
    stop: async () => {
      await close();
      await rejections.close();
      await workers.stop();
      await graph.close();
      await temporal.stop();
    },
  };
}

/** As the ingress makes it. */
function workflowIdOf(provider: string, id: string): string {
  return idempotencyKey(provider, boundedKey(id));
}

function activitiesOf(fates: ReadonlyMap<string, Fate>): Activities {
  return {
    enrich: async () => undefined,
    applyDelivery: async ({ id, provider }) => {
      const fate = fates.get(id);
      if (fate === 'fail') throw ApplicationFailure.nonRetryable('The test fails it.', 'GRAPH_REJECTED');
      if (fate === 'wait') throw ApplicationFailure.retryable('The test lets it wait.', 'GRAPH_UNAVAILABLE');
      return { outcome: 'written', entities: [`${provider}:thing:${id}`], entityCount: 1, milliseconds: 1 };
    },
  };
}

function deliveries(
  client: Client,
  fates: Map<string, Fate>,
): Pick<World, 'deliver' | 'deliverToNobody' | 'ended'> {
  const accept = acceptIntoTemporal(client);
  const body = Buffer.from('{}');
  const submit = async (provider: string, id: string, receivedAt = new Date().toISOString()) => {
    const head = {
      eventType: 'made',
      receivedAt,
      contentType: 'application/json',
      bodySha256: sha256Hex(body),
    };
    const delivery = { provider, id: boundedKey(id), ...head };
    await accept({ delivery, body, plan: { enrich: false }, earlierIds: [] });
  };
  const ended = async (provider: string, id: string) => {
    await eventually(async () => {
      const { status } = await client.workflow.getHandle(workflowIdOf(provider, id)).describe();
      if (status.name === 'RUNNING') throw new Error(`${id} still runs`);
    });
  };
  const waits = async (provider: string, id: string) => {
    await eventually(async () => {
      const { raw } = await client.workflow.getHandle(workflowIdOf(provider, id)).describe();
      if (!raw.pendingActivities?.[0]?.lastFailure) throw new Error(`${id} does not wait yet`);
    });
  };
  return {
    ended,
    deliver: async (provider, id, fate, receivedAt) => {
      fates.set(id, fate);
      await submit(provider, id, receivedAt);
      await (fate === 'wait' ? waits : ended)(provider, id);
    },
    deliverToNobody: async (provider, id, timeoutMs) => {
      await client.workflow.start('githubWebhook', {
        workflowId: workflowIdOf(provider, id),
        taskQueue: 'nobody',
        searchAttributes: { Provider: [provider], DeliveryId: [id], ReceivedAt: [new Date()] },
        ...(timeoutMs === undefined ? {} : { workflowRunTimeout: timeoutMs }),
      });
    },
  };
}
