import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { Client as TemporalClient } from '@temporalio/client';
import { openGraph } from '../../src/cli/open-graph.ts';
import { startSystem } from '../../src/cli/system.ts';
import { environment } from '../../src/config/environment.ts';
import { readConfig } from '../../src/config/load.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { discoverProviders, loadFixtures, shippedProviders } from '../../src/providers/registry.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { BodyStore } from '../../src/temporal/body-store.ts';
import type { WriteSummary } from '../../workflows/types.ts';
import { eventually } from './eventually.ts';
import { createDataConverter } from '../../src/temporal/data-converter.ts';
import { quietRuntime, silent } from './temporal.ts';

export const adminToken = 'the-admin-token-of-the-tests';
export const secret = 'a-secret-of-the-tests';

export interface TestSystem {
  readonly url: string;
  readonly folder: string;
  readonly client: Client;
  readonly graph: GraphStore;
  /** Signs and posts as the sender would. */
  post(provider: string, given: Posting): Promise<Response>;
  /** Asks an ops route with the admin token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** What a workflow ends with that the inbox has started, or is about to. */
  result(workflowId: string): Promise<WriteSummary>;
  stop(): Promise<void>;
}

export interface Posting {
  readonly body: Uint8Array | string;
  readonly id?: string;
  readonly event?: string;
  readonly headers?: Record<string, string>;
}

export interface SystemGiven {
  /** Kept after the stop; the caller removes it. */
  readonly folder?: string;
  readonly providers?: string;
  /** Of more providers than the shipped ones. */
  readonly providerFolders?: readonly string[];
  /** Further sections of the configuration. */
  readonly settings?: string;
  /** Stands between the program and its graph. */
  readonly wrapGraph?: (store: GraphStore) => GraphStore;
}

const defaultProviders = `
    clickup: { enabled: true, webhook_secret: "${secret}" }
    github: { enabled: true, webhook_secret: "${secret}" }`;

/** The whole program in this process, as \`start\` composes it, on free ports and in a folder of its own. */
export async function startTestSystem(given: SystemGiven = {}): Promise<TestSystem> {
  quietRuntime();
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'flowstate-system-')));
  const registry = await discoverProviders([shippedProviders, ...(given.providerFolders ?? [])]);
  const text = `
webhooks:
  host: 127.0.0.1
  port: 0
  providers: ${given.providers ?? defaultProviders}
admin: { token: "${adminToken}" }
data_dir: ./data
${given.settings ?? ''}
`;
  const { config } = readConfig(text, {
    file: join(folder, 'config.yaml'),
    env: {},
    providers: registry.providers,
  });
  const shutdown = new Shutdown(silent);
  let graph: GraphStore | undefined;
  const system = await startSystem(
    {
      role: 'start',
      config,
      registry,
      env: environment(),
      version: 'test',
      log: silent,
      onProgress: () => undefined,
      openGraph: async (loaded) => {
        const store = await openGraph(loaded, { bufferPoolBytes: 256 * 1024 * 1024 });
        graph = given.wrapGraph?.(store) ?? store;
        return graph;
      },
    },
    shutdown,
  );
  const connection = await connectTemporal({ address: await addressOf(system.url) });
  const client = new TemporalClient({
    connection,
    namespace: config.temporal.namespace,
    dataConverter: createDataConverter(new BodyStore(join(folder, 'data', 'bodies'))),
  });
  return {
    url: system.url,
    folder,
    client,
    graph: graph as unknown as GraphStore,
    post: async (name, posting) =>
      await post(system.url, registry.providers.get(name) as Provider, { name, ...posting }),
    ask: async (path, init = {}) =>
      await fetch(`${system.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${adminToken}`, ...init.headers },
      }),
    result: async (workflowId) => {
      const handle = client.workflow.getHandle(workflowId);
      await eventually(async () => await handle.describe());
      return (await handle.result()) as WriteSummary;
    },
    stop: async () => {
      await connection.close();
      await shutdown.run();
      if (given.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addressOf(url: string): Promise<string> {
  const health = (await (await fetch(`${url}/health`)).json()) as {
    components: { temporal: { address: string } };
  };
  return health.components.temporal.address;
}

async function post(
  url: string,
  provider: Provider,
  given: Posting & { readonly name: string },
): Promise<Response> {
  const body = typeof given.body === 'string' ? Buffer.from(given.body) : given.body;
  const settings = provider.settings.parse({ webhook_secret: secret });
  const outgoing = {
    body,
    deliveryId: given.id ?? crypto.randomUUID(),
    eventType: given.event ?? 'event',
    sentAt: new Date(),
  };
  const headers = {
    'content-type': 'application/json',
    ...provider.sign(outgoing, settings),
    ...given.headers,
  };
  return await fetch(`${url}/webhooks/${given.name}`, { method: 'POST', body: Buffer.from(body), headers });
}

/** The payload of a shipped fixture as bytes. */
export async function payloadOf(provider: string, name: string): Promise<Buffer> {
  const fixtures = await loadFixtures(provider);
  const found =
    fixtures.find((fixture) => fixture.name === name) ?? fixtures.find(({ eventType }) => eventType === name);
  if (found === undefined) throw new Error(`${provider} has no fixture ${name}`);
  return Buffer.from(JSON.stringify(found.payload));
}
