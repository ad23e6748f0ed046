import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Fixture, Mutation } from '../../src/provider-kit.ts';
import github from '../../src/providers/github/index.ts';

export interface Meaning {
  readonly eventTime?: string | undefined;
  readonly mutations: readonly Mutation[];
}

export function normalize(
  eventType: string,
  payload: unknown,
  receivedAt = '2026-01-02T03:04:05.678Z',
): Meaning {
  const head = { provider: 'github', id: 'd', contentType: 'application/json', bodySha256: '' };
  const result = github.normalize({
    delivery: { ...head, eventType, receivedAt, payload },
    settings: { webhook_secret: ['s'] },
    enrichment: undefined,
  });
  assert.ok(!(result instanceof Promise) && 'mutations' in result);
  return result;
}

/** The payload of a fixture, freely changeable. */
export function payloadOf(name: string): Record<string, unknown> {
  const file = new URL(`../../../src/providers/github/fixtures/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as Fixture).payload as Record<string, unknown>;
}

/** Edges as sentences, the properties of a node, the keys that are removed: what tests ask for. */
export function edgesOf({ mutations }: Meaning): string[] {
  return mutations.flatMap((mutation) => {
    if (!('type' in mutation)) return [];
    const sign = mutation.op === 'delete-edge' ? 'not ' : '';
    return endsOf(mutation).map(({ from, to }) => `${sign}${from.key} ${mutation.type} ${to.key}`);
  });
}
export function propertiesOf({ mutations }: Meaning, key: string): Record<string, unknown> {
  const written = mutations.flatMap((m) =>
    m.op === 'upsert-node' && m.node.key === key ? [m.properties] : [],
  );
  return Object.assign({}, ...written) as Record<string, unknown>;
}
export function includesAll(meaning: Meaning, expected: readonly string[]): void {
  const edges = edgesOf(meaning);
  assert.deepEqual(
    expected.filter((edge) => !edges.includes(edge)),
    [],
    edges.join('\n'),
  );
}

export function endsOf(mutation: Mutation) {
  if ('from' in mutation) return [{ from: mutation.from, to: mutation.to }];
  if (!('others' in mutation)) return [{ from: mutation.node, to: mutation.node }];
  return mutation.others.map((other) => ({ from: mutation.node, to: other }));
}
