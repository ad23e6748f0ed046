import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { openLadybugStore } from '../../src/graph/ladybug/store.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { dumpOf } from './changes.ts';
import { eventually } from './eventually.ts';
import { expectedGraph, graphModel } from './expected-graph.ts';
import type { Ledger } from './ledger.ts';
import type { Program } from './program.ts';
import { openLadybug, openMemory } from './stores.ts';
import { namespace, quietRuntime } from './temporal.ts';
import { keyOf } from './test-deliveries.ts';

/** What is wrong, by the keys of deliveries; nothing, where every delivery is everywhere exactly once. */
export interface Verdict {
  /** Acknowledged, and not in Temporal, or not in the graph. */
  readonly lost: readonly string[];
  /** More than one execution, node or edge of it. */
  readonly doubled: readonly string[];
  /** Ended otherwise than it must, or was never sent; and lines of the graph that differ. */
  readonly wrong: readonly string[];
}

const settleMs = 300_000;
/** Of more deliveries than this the expected graph is made by the embedded store: the one in memory is slow with them. */
const mostInMemory = 2000;

/** Waits until all is processed, stops the program, and compares ledger, Temporal and graph. */
export async function assertExactlyOnce(ledger: Ledger, program: Program, address?: string): Promise<void> {
  assert.deepEqual(await judge(ledger, program, address), { lost: [], doubled: [], wrong: [] });
}

/** @param address of a Temporal that is not the program's own */
export async function judge(ledger: Ledger, program: Program, address?: string): Promise<Verdict> {
  await settle(ledger, program, address);
  const found = [await judgeTemporal(ledger, address ?? (await embeddedAddress(program)))];
  assert.equal(await program.stop(), 0, 'the program stops cleanly');
  found.push(await judgeGraph(ledger, program));
  return {
    lost: found.flatMap(({ lost }) => lost),
    doubled: found.flatMap(({ doubled }) => doubled),
    wrong: found.flatMap(({ wrong }) => wrong),
  };
}

/** Waits until everything that was acknowledged is processed. */
export async function settle({ acknowledged }: Ledger, program: Program, address?: string): Promise<void> {
  await eventually(async () => await assertForwarded(program), settleMs);
  await withClient(address ?? (await embeddedAddress(program)), async ({ workflow }) => {
    await eventually(async () => {
      assert.equal((await workflow.count("ExecutionStatus = 'Running'")).count, 0, 'all have ended');
      assert.ok((await workflow.count()).count >= acknowledged.size, 'all were started');
    }, settleMs);
  });
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  quietRuntime();
  // One that has just been killed may be on its way back.
  const connection = await eventually(async () => await connectTemporal({ address }), settleMs);
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

/** What an earlier process had forwarded is submitted again after a kill: that too must have come to nothing. */
async function assertForwarded(program: Program): Promise<void> {
  const { components } = await program.ask<{
    components: { inbox?: { depth: number; resubmitting: number } };
  }>('/health');
  const { depth = 0, resubmitting = 0 } = components.inbox ?? {};
  assert.deepEqual([depth, resubmitting], [0, 0], 'everything is forwarded');
}

async function embeddedAddress(program: Program): Promise<string> {
  return `127.0.0.1:${(await program.temporal()).ports.frontend}`;
}

async function judgeTemporal({ acknowledged }: Ledger, address: string): Promise<Verdict> {
  const statuses = new Map<string, string[]>();
  await withClient(address, async ({ workflow }) => {
    for await (const { workflowId, status } of workflow.list({ pageSize: 1000 })) {
      statuses.set(workflowId, [...(statuses.get(workflowId) ?? []), status.name]);
    }
  });
  return {
    lost: [...acknowledged.keys()].filter((key) => !statuses.has(key)),
    doubled: [...statuses].flatMap(([key, runs]) => (runs.length > 1 ? [key] : [])),
    wrong: [...statuses].flatMap(([key, [status]]) => {
      const fate = acknowledged.get(key)?.fate;
      const due = fate === 'written' ? 'COMPLETED' : 'FAILED';
      return fate !== undefined && status === due ? [] : [`${key} ${status ?? ''}`];
    }),
  };
}

async function judgeGraph({ acknowledged }: Ledger, { folder }: Program): Promise<Verdict> {
  const store = await openLadybugStore({ path: join(folder, 'data', 'graph', 'graph.lbug') });
  try {
    await store.migrate(graphModel);
    const deliveries = await rowsOf(store, 'MATCH (d:Delivery) RETURN d.key, d.received_at');
    const receivedAt = new Map(deliveries.map(([key, at]) => [key, new Date(at).toISOString()]));
    const written = [...acknowledged.values()].filter(({ fate }) => fate === 'written');
    const open = written.length > mostInMemory ? openLadybug : openMemory;
    const present = written.filter((delivery) => receivedAt.has(keyOf(delivery)));
    const expected = await expectedGraph(open, present, receivedAt);
    const touched = await rowsOf(store, 'MATCH (d:Delivery)-[:TOUCHED]->(n) RETURN d.key, count(n)');
    const edges = new Map(touched.map(([key, count]) => [key, Number(count)]));
    return {
      lost: written.map(keyOf).filter((key) => !receivedAt.has(key)),
      doubled: repeated(deliveries.map(([key]) => key)),
      wrong: [
        ...[...receivedAt.keys()].filter((key) => acknowledged.get(key)?.fate !== 'written'),
        ...[...expected.touched].flatMap(([key, count]) =>
          edges.get(key) === count ? [] : [`${key} touches ${edges.get(key) ?? 0} nodes, not ${count}`],
        ),
        ...differences(expected.dump, await dumpOf(store)),
      ],
    };
  } finally {
    await store.close();
  }
}

async function rowsOf(store: GraphStore, cypher: string): Promise<[string, string][]> {
  const { rows } = await store.query(cypher, {}, { timeoutMs: 60_000, maxRows: 10_000_000 });
  return rows as unknown as [string, string][];
}

function repeated(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

function differences(expected: string, actual: string): string[] {
  const [due, is] = [new Set(expected.split('\n')), new Set(actual.split('\n'))];
  return [
    ...[...due].filter((line) => !is.has(line)).map((line) => `missing: ${line}`),
    ...[...is].filter((line) => !due.has(line)).map((line) => `not expected: ${line}`),
  ];
}
