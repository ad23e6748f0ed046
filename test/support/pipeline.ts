import { z } from 'zod';
import { createActivities } from '../../activities/index.ts';
import { sha256Hex } from '../../src/delivery.ts';
import { EnrichRefusedError, EnrichUnavailableError } from '../../src/errors.ts';
import { MemoryStore } from '../../src/graph/memory.ts';
import { acceptIntoTemporal } from '../../src/ingress/accept.ts';
import type { Acceptance, Submission } from '../../src/ingress/acceptance.ts';
import type { ActiveProvider, Provider } from '../../src/providers/provider.ts';
import { startWorkers } from '../../src/temporal/worker.ts';
import { make, task, testModel } from './changes.ts';
import { RefusingStore } from './refusing-store.ts';
import { silent, type TestTemporal } from './temporal.ts';

/** What the tests' provider does with a payload: its fields say so. */
interface Wish {
  readonly id?: string;
  readonly skip?: boolean;
  readonly bug?: boolean;
}

export interface Pipeline {
  readonly store: RefusingStore;
  /** What the next enrichment meets; emptied one by one, then it succeeds. */
  readonly enrichments: ('unavailable' | 'refused')[];
  submit(id: string, wish?: Wish, given?: { enrich?: boolean; body?: Uint8Array }): Promise<Acceptance>;
  stop(): Promise<void>;
}

/** Worker, activities and acceptance on a real server, with a provider of the tests and a graph in memory. */
export async function startPipeline(temporal: TestTemporal, name = 'github'): Promise<Pipeline> {
  const store = new RefusingStore(new MemoryStore());
  await store.migrate(testModel);
  const enrichments: ('unavailable' | 'refused')[] = [];
  const providers = new Map<string, ActiveProvider>([
    [name, { name, provider: testProvider(enrichments), settings: {} }],
  ]);
  const workers = await startWorkers({
    connection: temporal.connection,
    dataConverter: temporal.dataConverter,
    namespace: temporal.namespace,
    providers: [name],
    version: 'test',
    activities: createActivities({
      providers,
      graph: store,
      connect: (mutations) => [...mutations],
      log: silent,
    }),
    onFailure: (error) => {
      throw error;
    },
  });
  const accept = acceptIntoTemporal(temporal.client);
  return {
    store,
    enrichments,
    submit: async (
      id,
      wish = {},
      { enrich = false, body = Buffer.from(JSON.stringify({ id, ...wish })) } = {},
    ) => await accept({ ...submissionOf(name, id, body), plan: { enrich } }),
    stop: async () => {
      await workers.stop();
    },
  };
}

export function submissionOf(provider: string, id: string, body: Uint8Array): Submission {
  return {
    delivery: {
      provider,
      id,
      eventType: 'event',
      receivedAt: '2026-11-24T12:00:00.000Z',
      contentType: 'application/json',
      bodySha256: sha256Hex(body),
    },
    body,
    earlierIds: [],
    plan: { enrich: false },
  };
}

function testProvider(enrichments: ('unavailable' | 'refused')[]): Provider {
  return {
    name: 'test',
    title: 'Test',
    settings: z.unknown(),
    model: testModel,
    events: [],
    verify: () => undefined,
    sign: () => ({}),
    identify: () => ({ kind: 'delivery', id: '', eventType: '' }),
    normalize: ({ delivery, enrichment }) => {
      const wish = delivery.payload as Wish;
      if (wish.skip === true) return { skipped: 'the test says so' };
      if (wish.bug === true) throw new TypeError('a bug of the provider');
      return {
        mutations: [
          make.upsert(task(wish.id ?? ''), { name: typeof enrichment === 'string' ? enrichment : 'plain' }),
        ],
      };
    },
    enrich: {
      needed: () => true,
      fetch: async () => {
        const meets = enrichments.shift();
        if (meets === 'refused') throw new EnrichRefusedError('The API refused the token.');
        if (meets === 'unavailable')
          throw new EnrichUnavailableError('The API is busy.', { retryAfterMs: 50 });
        return 'enriched';
      },
    },
  };
}
