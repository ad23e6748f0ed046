import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parsePayload } from '../../src/payload.ts';
import type { Fixture, Identity, Mutation, VerifiedRequest } from '../../src/provider-kit.ts';
import slack from '../../src/providers/slack/index.ts';
import { rawRequest } from '../support/requests.ts';

const folder = new URL('../../../src/providers/slack/fixtures/', import.meta.url);
export const formType = 'application/x-www-form-urlencoded';
export const settings = slack.settings.parse({ webhook_secret: 'secret' });

export const fixtures: readonly (Fixture & { readonly file: string })[] = readdirSync(folder).map((file) => ({
  ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture),
  file,
}));

export function fixture(name: string): Fixture {
  const found = fixtures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
}

/** A text is a form, anything else is JSON. */
export function requestOf(
  given: unknown,
  headers: Record<string, string> = {},
  receivedAt = '2026-03-02T13:00:00.000Z',
): VerifiedRequest {
  const body = Buffer.from(typeof given === 'string' ? given : JSON.stringify(given));
  const contentType = typeof given === 'string' ? formType : 'application/json';
  return {
    ...rawRequest({ body, contentType, headers, receivedAt: new Date(receivedAt) }),
    payload: parsePayload(body, contentType),
  };
}

export function bodyOf({ form, payload }: Pick<Fixture, 'form' | 'payload'>): unknown {
  return form ?? payload;
}

type DeliveryIdentity = Extract<Identity, { kind: 'delivery' }>;

export function identify(given: unknown, headers?: Record<string, string>): DeliveryIdentity {
  const identity = slack.identify(requestOf(given, headers), settings);
  assert.ok(identity.kind === 'delivery');
  return identity;
}

/** What a request gives after it went through what is stored of it, as data that went through JSON. */
export function normalized(given: unknown): { eventTime?: string; mutations: Mutation[] } {
  const { contentType } = requestOf(given);
  const { id, eventType, storedBody } = identify(given);
  assert.ok(storedBody);
  const payload = parsePayload(storedBody, contentType);
  const head = { provider: 'slack', id, eventType, contentType, bodySha256: '' };
  const delivery = { ...head, receivedAt: '2026-03-02T13:00:00.000Z', payload };
  const result = slack.normalize({ delivery, settings, enrichment: undefined });
  return JSON.parse(JSON.stringify(result)) as { eventTime?: string; mutations: Mutation[] };
}

export interface InnerEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** An event in the envelope of the fixtures. */
export function eventOf(event: InnerEvent, more: Record<string, unknown> = {}) {
  return {
    token: 'verification-token-invented',
    type: 'event_callback',
    event_id: 'Ev0TEST',
    event_time: 1772456400,
    team_id: 'T02ACME0001',
    api_app_id: 'A02FLOWST01',
    event,
    ...more,
  };
}

/** Mutations as sentences, shorter to read than data. */
export function sentences(mutations: readonly Mutation[]): string[] {
  const name = ({ key }: { key: string }) => key.replace('slack:', '');
  return mutations.map((one) => {
    switch (one.op) {
      case 'upsert-node':
        return `${name(one.node)} ${JSON.stringify(one.properties)}`;
      case 'delete-node':
        return `no ${name(one.node)}`;
      case 'replace-edges':
        return `${name(one.node)} ${one.type} only ${one.others.map(name).join(' ')}`.trim();
      case 'upsert-edge':
      case 'delete-edge':
        return `${one.op === 'delete-edge' ? 'not ' : ''}${name(one.from)} ${one.type} ${name(one.to)}`;
    }
  });
}
