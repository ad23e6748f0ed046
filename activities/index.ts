import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { Logger } from 'pino';
import { idempotencyKey, type Delivery, type DeliveryHead } from '../src/delivery.ts';
import { NormalizeFailedError, ProviderUnknownError, WebhookError } from '../src/errors.ts';
import { messageOf } from '../src/message-of.ts';
import { eventTime } from '../src/graph/event-time.ts';
import type { Mutation } from '../src/graph/mutation.ts';
import type { DeliveryChange, GraphStore } from '../src/graph/store.ts';
import { parsePayload } from '../src/payload.ts';
import type { ActiveProvider, Normalized } from '../src/providers/provider.ts';
import type { Activities, RunIdentity, WriteSummary } from '../workflows/types.ts';
import { toFailure } from './failure.ts';

export interface ActivityDependencies {
  readonly providers: ReadonlyMap<string, ActiveProvider>;
  readonly graph: GraphStore;
  /** Says of a delivery's mutations what they mean beyond their provider. */
  readonly connect: (mutations: readonly Mutation[]) => Mutation[];
  readonly log: Logger;
  /** Told of each delivery that waits for its provider's API, which takes nothing of this machine. */
  readonly onAsking?: (provider: string, workflowId: string) => void;
  /** Told of each delivery that was applied, or could not be. */
  readonly onApplied?: (provider: string, workflowId: string) => void;
}

/** The UI's result stays readable: the first entities, and how many there were. */
const maxListedEntities = 50;

/** By heartbeats alone does an activity hear that it was cancelled, and the server that its worker was killed. */
const heartbeatMs = 2000;

/** The activities, bound to what they work on. Each may run twice for one delivery. */
export function createActivities(dependencies: ActivityDependencies): Activities {
  const { providers, graph, connect, log, onAsking, onApplied } = dependencies;

  async function enrich(head: DeliveryHead, body: Uint8Array): Promise<unknown> {
    const { provider, settings } = providerOf(providers, head);
    if (provider.enrich === undefined) return undefined;
    const delivery = withPayload(head, body);
    onAsking?.(head.provider, idempotencyKey(head.provider, head.id));
    const beat = setInterval(heartbeat, heartbeatMs);
    try {
      return await provider.enrich.fetch(delivery, settings, cancellationSignal());
    } finally {
      clearInterval(beat);
    }
  }

  async function applyDelivery(
    head: DeliveryHead,
    body: Uint8Array,
    run: RunIdentity,
    enrichment?: unknown,
  ): Promise<WriteSummary> {
    const started = performance.now();
    const summary =
      head.conflictOf === undefined
        ? await write(
            head,
            run,
            await normalize(providerOf(providers, head), withPayload(head, body), enrichment),
          )
        : await keepConflict(head, run);
    const milliseconds = Math.round(performance.now() - started);
    const { attempt } = activityInfo();
    log.info(
      {
        provider: head.provider,
        delivery_id: head.id,
        event: head.eventType,
        workflow_id: idempotencyKey(head.provider, head.id),
        outcome: summary.outcome,
        entities: summary.entityCount,
        attempt,
        ms: milliseconds,
      },
      'delivery applied',
    );
    return { ...summary, milliseconds };
  }

  async function write(head: DeliveryHead, run: RunIdentity, normalized: Normalized): Promise<Summary> {
    if ('skipped' in normalized) {
      return { outcome: 'skipped', reason: normalized.skipped, entities: [], entityCount: 0 };
    }
    const { outcome, touched } = await graph.apply({
      ...changeOf(head, run),
      eventTime: normalized.eventTime ?? receptionTime(head),
      mutations: connect(normalized.mutations),
    });
    return {
      outcome,
      ...(outcome === 'skipped' ? { reason: 'this delivery was applied before' } : {}),
      entities: touched.slice(0, maxListedEntities).map(({ key }) => key),
      entityCount: touched.length,
    };
  }

  /** The Delivery node alone: which of the two bodies is right, nobody knows. */
  async function keepConflict(head: DeliveryHead, run: RunIdentity): Promise<Summary> {
    const eventTime = receptionTime(head);
    await graph.apply({ ...changeOf(head, run), eventTime, conflict: true, mutations: [] });
    const reason = `the delivery ${head.conflictOf ?? ''} has another body`;
    return { outcome: 'skipped', reason, entities: [], entityCount: 0 };
  }

  async function applyAndTell(...given: Parameters<typeof applyDelivery>): Promise<WriteSummary> {
    const [{ provider, id }] = given;
    try {
      return await applyDelivery(...given);
    } finally {
      onApplied?.(provider, idempotencyKey(provider, id));
    }
  }

  return { enrich: failing(enrich), applyDelivery: failing(applyAndTell) };
}

type Summary = Omit<WriteSummary, 'milliseconds'>;

function changeOf(head: DeliveryHead, run: RunIdentity): Omit<DeliveryChange, 'eventTime' | 'mutations'> {
  return {
    key: idempotencyKey(head.provider, head.id),
    provider: head.provider,
    deliveryId: head.id,
    eventType: head.eventType,
    receivedAt: head.receivedAt,
    bodySha256: head.bodySha256,
    ...run,
  };
}

function providerOf(
  providers: ReadonlyMap<string, ActiveProvider>,
  { provider: name }: DeliveryHead,
): ActiveProvider {
  const active = providers.get(name);
  if (active === undefined)
    throw new ProviderUnknownError(`No provider named ${name} is enabled in this worker.`);
  return active;
}

function withPayload(head: DeliveryHead, body: Uint8Array): Delivery {
  return { ...head, payload: parsePayload(body, head.contentType) };
}

async function normalize(
  { provider, settings }: ActiveProvider,
  delivery: Delivery,
  enrichment: unknown,
): Promise<Normalized> {
  try {
    return await provider.normalize({ delivery, settings, enrichment });
  } catch (error) {
    if (error instanceof WebhookError) throw error;
    const seen = messageOf(error);
    throw new NormalizeFailedError(`${provider.name} cannot normalize ${delivery.eventType}: ${seen}`, {
      cause: error,
    });
  }
}

function receptionTime(head: DeliveryHead): string {
  const time = eventTime(head.receivedAt);
  if (time === undefined) throw new NormalizeFailedError(`receivedAt is no time: ${head.receivedAt}`);
  return time;
}

/** The activity with its errors converted. */
function failing<A extends unknown[], R>(activity: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await activity(...args);
    } catch (error) {
      throw toFailure(error);
    }
  };
}
