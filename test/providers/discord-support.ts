import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Fixture, Identity, Mutation, VerifiedRequest } from '../../src/provider-kit.ts';
import { parseJson } from '../../src/provider-kit.ts';
import discord from '../../src/providers/discord/index.ts';
import { rawRequest } from '../support/requests.ts';

const folder = new URL('../../../src/providers/discord/fixtures/', import.meta.url);
export const settings = discord.settings.parse(discord.exampleSettings);
export const receivedAt = new Date('2026-03-02T13:00:00.000Z');

export const fixtures: readonly (Fixture & { readonly file: string })[] = readdirSync(folder).map((file) => ({
  ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture),
  file,
}));

export function fixture(name: string): Fixture {
  const found = fixtures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found;
}

/** As whoever is to post this signs and posts it. */
export function requestOf(payload: unknown, path = ''): VerifiedRequest {
  const body = Buffer.from(JSON.stringify(payload));
  const headers = discord.sign({ body, deliveryId: 'd-1', eventType: 'e', sentAt: receivedAt }, settings);
  return { ...rawRequest({ body, headers, path, receivedAt }), payload: parseJson(body) };
}

export function identify(payload: unknown, path = ''): Extract<Identity, { kind: 'delivery' }> {
  const identity = discord.identify(requestOf(payload, path), settings);
  assert.ok(identity.kind === 'delivery');
  return identity;
}

/** What a request gives after it went through what is stored of it, as data that went through JSON. */
export function normalized(payload: unknown): { eventTime?: string; mutations: Mutation[] } {
  const { id, eventType, storedBody } = identify(payload);
  const head = { provider: 'discord', id, eventType, contentType: 'application/json', bodySha256: '' };
  const stored = storedBody === undefined ? payload : parseJson(storedBody);
  const delivery = { ...head, receivedAt: receivedAt.toISOString(), payload: stored };
  const result = discord.normalize({ delivery, settings, enrichment: undefined });
  return JSON.parse(JSON.stringify(result)) as { eventTime?: string; mutations: Mutation[] };
}
