import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Mutation } from '../../src/provider-kit.ts';
import type { GraphModel, PropertyType } from '../../src/graph/model.ts';
import github from '../../src/providers/github/index.ts';
import { endsOf, normalize } from './github-support.ts';
import type { Meaning } from './github-support.ts';

interface Examples {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}
const captured = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Examples[];

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const kinds: Readonly<Record<PropertyType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  float: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && isTime.test(value),
  strings: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

/** What is wrong with a mutation by the model: the empty list if nothing is. */
function faultsOf(mutation: Mutation, { nodes, edges }: GraphModel): string[] {
  const faults = mutation.at === undefined || isTime.test(mutation.at) ? [] : [`time ${mutation.at}`];
  if (mutation.op === 'upsert-node') {
    const types = nodes[mutation.node.label] ?? {};
    for (const [name, value] of Object.entries(mutation.properties)) {
      const type = types[name];
      if (type === undefined) faults.push(`property ${mutation.node.label}.${name}`);
      else if (value !== undefined && value !== null && !kinds[type](value))
        faults.push(`${name}: ${String(value)}`);
    }
  }
  const ends = endsOf(mutation);
  for (const key of ends.flatMap(({ from, to }) => [from.key, to.key])) {
    if (!/^github:[a-z_]+:[!-.0-~]+$/.test(key) || key.includes('undefined')) faults.push(`key ${key}`);
  }
  if ('type' in mutation) {
    const pairs = edges[mutation.type] ?? [];
    for (const { from, to } of ends) {
      if (!pairs.some(([a, b]) => a === from.label && b === to.label)) {
        faults.push(`${from.label} ${mutation.type} ${to.label}`);
      }
    }
  }
  return faults;
}

test('github › every event that was captured is one of its documented ones', () => {
  const names = new Set(github.events);
  assert.deepEqual(
    captured.map(({ name }) => name).filter((name) => !names.has(name)),
    [],
  );
});

test('github › every captured payload of GitHub normalizes, twice the same, within the model', () => {
  let count = 0;
  for (const { name, examples } of captured) {
    for (const payload of examples) {
      if (name === 'ping') continue;
      const first = normalize(name, payload);
      assert.deepEqual(normalize(name, payload), first);
      assert.ok(first.eventTime === undefined || isTime.test(first.eventTime), name);
      for (const mutation of first.mutations) {
        assert.deepEqual(faultsOf(mutation, github.model), [], `${name}: ${JSON.stringify(mutation)}`);
      }
      for (const shown of ['repository', 'sender'] as const) assertTouched(first, payload, shown);
      count += 1;
    }
  }
  assert.equal(count, 325);
});

function assertTouched({ mutations }: Meaning, payload: Record<string, unknown>, shown: string): void {
  const one = payload[shown] as { id: number } | undefined;
  if (one === undefined) return;
  const keys = mutations.flatMap((m) => ('node' in m ? [m.node.key] : []));
  assert.ok(
    keys.some((key) => key.endsWith(`:${one.id}`)),
    `${shown} ${one.id}`,
  );
}
