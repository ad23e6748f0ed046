import { readdirSync, readFileSync } from 'node:fs';
import { type Fixture, type Mutation, parseJson, type VerifiedRequest } from '../../src/provider-kit.ts';
import clickup from '../../src/providers/clickup/index.ts';
import { rawRequest } from '../support/requests.ts';

const folder = new URL('../../../src/providers/clickup/fixtures/', import.meta.url);

export const settings = clickup.settings.parse({ webhook_secret: 'secret' });

export const fixtures: readonly (Fixture & { readonly file: string })[] = readdirSync(folder).map((file) => ({
  ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture),
  file,
}));

export function fixture(name: string): Fixture {
  const found = fixtures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
}

export function verified(payload: unknown, receivedAt = '2026-03-02T10:05:00.000Z'): VerifiedRequest {
  const body = JSON.stringify(payload);
  return {
    ...rawRequest({ body, receivedAt: new Date(receivedAt) }),
    payload: parseJson(Buffer.from(body)),
  };
}

export function deliveryOf(payload: unknown, receivedAt = '2026-03-02T10:05:00.000Z') {
  const { event = 'automation' } = payload as { event?: string };
  const head = { provider: 'clickup', id: 'd-1', eventType: event, contentType: 'application/json' };
  return { ...head, receivedAt, bodySha256: '', payload: parseJson(Buffer.from(JSON.stringify(payload))) };
}

/** What a fixture's payload gives, as data that went through JSON, the way the workflow's history has it. */
export async function normalized(given: Pick<Fixture, 'payload' | 'receivedAt' | 'enrichment'>) {
  const enrichment = given.enrichment as never;
  const delivery = deliveryOf(given.payload, given.receivedAt);
  const result = await clickup.normalize({ delivery, settings, enrichment });
  return JSON.parse(JSON.stringify(result)) as { eventTime?: string; mutations: Mutation[] };
}

/** The mutations of an event with one history item, without those about its user and its list. */
export async function mutationsOfItem(item: object): Promise<Mutation[]> {
  const payload = { event: 'taskUpdated', webhook_id: 'w-1', task_id: 't1', history_items: [item] };
  return (await normalized({ payload, receivedAt: '2026-03-02T10:05:00.000Z' })).mutations;
}
