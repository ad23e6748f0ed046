import assert from 'node:assert/strict';
import { boundedKey, idempotencyKey, sha256Hex } from '../../src/delivery.ts';
import { readConfig } from '../../src/config/load.ts';
import { eventTime } from '../../src/graph/event-time.ts';
import type { GraphModel } from '../../src/graph/model.ts';
import type { NamesIn } from '../../src/graph/saved/resolve-entity.ts';
import type { DeliveryChange } from '../../src/graph/store.ts';
import { parsePayload } from '../../src/payload.ts';
import type { ActiveProvider, VerifiedRequest } from '../../src/providers/provider.ts';
import { discoverProviders } from '../../src/providers/registry.ts';
import { bringTogether, type Together } from '../../src/providers/together.ts';
import { peopleOfTheDay, type Post, providersOfTheDay, theDay } from './day.ts';

export interface Day {
  readonly posts: readonly Post[];
  readonly active: ReadonlyMap<string, ActiveProvider>;
  readonly model: GraphModel;
  readonly namesIn: NamesIn;
  /** What the posts say of the graph, in the order of the day. */
  readonly changes: readonly DeliveryChange[];
}

/** The day with everything between HTTP and the store: signed, verified, identified, normalized and connected. */
export async function readDay(later: readonly Post[] = [], enabled?: readonly string[]): Promise<Day> {
  const active = await providersReady(enabled);
  const together = bringTogether(
    active.values(),
    peopleOfTheDay.map(({ name, ...accounts }) => ({ name, accounts })),
  );
  const posts = [...(await theDay()), ...later].filter(({ provider }) => active.has(provider));
  return {
    posts,
    active,
    model: together.model,
    namesIn: together.namesIn,
    changes: await Promise.all(posts.map(async (post) => await changeOf(post, active, together))),
  };
}

async function providersReady(enabled?: readonly string[]): Promise<Map<string, ActiveProvider>> {
  const { providers } = await discoverProviders();
  const text = `webhooks:\n  providers: ${providersOfTheDay('http://127.0.0.1:9')}\nadmin: { token: t }\n`;
  const { config } = readConfig(text, { file: 'config.yaml', env: {}, providers });
  return new Map(
    config.webhooks.providers.flatMap((entry) =>
      entry.enabled && enabled?.includes(entry.name) !== false ? [[entry.name, entry] as const] : [],
    ),
  );
}

/** A post as its sender would send it, and what verify, identify and the workflow make of it. */
async function changeOf(
  post: Post,
  active: ReadonlyMap<string, ActiveProvider>,
  { connect }: Together,
): Promise<DeliveryChange> {
  const entry = active.get(post.provider);
  assert.ok(entry, post.provider);
  const { provider, settings } = entry;
  const request = signedRequest(post, entry);
  provider.verify(request, settings);
  const identity = provider.identify(request, settings);
  assert.ok(identity.kind === 'delivery');
  const head = {
    provider: post.provider,
    id: boundedKey(identity.id),
    eventType: identity.eventType,
    receivedAt: post.receivedAt.toISOString(),
    contentType: request.contentType,
    bodySha256: sha256Hex(request.body),
  };
  const delivery = { ...head, payload: request.payload };
  const asked = provider.enrich?.needed(delivery, settings) === true;
  const enrichment = asked ? post.enrichment : undefined;
  const normalized = await provider.normalize({ delivery, settings, enrichment });
  assert.ok('mutations' in normalized, post.title);
  const key = idempotencyKey(head.provider, head.id);
  return {
    key,
    provider: head.provider,
    deliveryId: head.id,
    eventType: head.eventType,
    receivedAt: head.receivedAt,
    eventTime: normalized.eventTime ?? eventTime(head.receivedAt) ?? '',
    bodySha256: head.bodySha256,
    runId: key,
    firstRunId: key,
    mutations: connect(normalized.mutations),
  };
}

export function signedRequest(post: Post, { provider, settings }: ActiveProvider): VerifiedRequest {
  const body = Buffer.from(JSON.stringify(post.payload));
  const outgoing = {
    body,
    deliveryId: sha256Hex(body).slice(0, 32),
    eventType: post.event,
    sentAt: post.receivedAt,
  };
  const contentType = 'application/json';
  return {
    headers: { 'content-type': contentType, ...provider.sign(outgoing, settings) },
    repeatedHeaders: new Set(),
    contentType,
    path: '',
    query: '',
    receivedAt: post.receivedAt,
    body,
    payload: parsePayload(body, contentType),
  };
}
