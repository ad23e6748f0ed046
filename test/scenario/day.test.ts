import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import type { DeliveryChange, GraphStore } from '../../src/graph/store.ts';
import { packageRoot } from '../../src/package-root.ts';
import { dumpOf, edgesOf } from '../support/changes.ts';
import { type ClickUpApi, startClickUpApi } from '../support/clickup-api.ts';
import { eventually } from '../support/eventually.ts';
import { findNeo4j, openNeo4j, startNeo4j } from '../support/neo4j.ts';
import { openLadybug, openMemory, type OpenTestStore } from '../support/stores.ts';
import { startTestSystem, type TestSystem } from '../support/system.ts';
import { type Day, readDay, signedRequest } from './changes-of-day.ts';
import { peopleOfTheDay, providersOfTheDay, task } from './day.ts';

/** Every edge that must stand at the end of the day, written down and read by a person. */
const expected = async (): Promise<string[]> =>
  (await readFile(join(packageRoot, 'test', 'scenario', 'edges-of-the-day.txt'), 'utf8')).trim().split('\n');

/** Of changes that share a transaction. */
const groupSize = 3;

async function graphOf<T>(
  open: OpenTestStore,
  { model }: Day,
  changes: readonly DeliveryChange[],
  read: (store: GraphStore) => Promise<T>,
): Promise<T> {
  const opened = await open(model);
  try {
    for (let start = 0; start < changes.length; start += groupSize) {
      const group = changes.slice(start, start + groupSize);
      await Promise.all(group.map(async (change) => await opened.store.apply(change)));
    }
    return await read(opened.store);
  } finally {
    await opened.close();
  }
}

function inOrder(changes: readonly DeliveryChange[]): DeliveryChange[] {
  const order = ({ eventTime, key }: DeliveryChange) => `${eventTime} ${key}`;
  return changes.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

const neo4j = await findNeo4j();
const skipped = (name: string) => ({ skip: name === 'Neo4j' && neo4j.skip });

suite('a day in the life of a team, as five senders tell it', () => {
  let day: Day;
  before(async () => {
    day = await readDay();
  });

  test('gives one connected graph, edge by edge', async () => {
    assert.deepEqual(await graphOf(openMemory, day, day.changes, edgesOf), await expected());
  });

  for (const [name, open, numRuns] of [
    ['memory', openMemory, 200],
    ['LadybugDB', openLadybug, 4],
    ['Neo4j', openNeo4j, 3],
  ] as const) {
    test(
      `${name}: ${numRuns} random orders with duplicates end in the graph of the canonical order`,
      skipped(name),
      async () => {
        const canonical = await graphOf(openMemory, day, inOrder(day.changes), dumpOf);
        const orders = fc.shuffledSubarray([...day.changes, ...day.changes], {
          minLength: day.changes.length,
        });
        await fc.assert(
          fc.asyncProperty(orders, fc.nat(), async (order, pivot) => {
            const rest = day.changes.filter((change) => !order.includes(change));
            const split = pivot % order.length;
            const applied = [...order.slice(split), ...rest, ...order.slice(0, split)];
            assert.equal(await graphOf(open, day, applied, dumpOf), canonical);
          }),
          { numRuns },
        );
      },
    );
  }
});

/** As long as a machine with much else to do may need. */
const longestMs = 300_000;

interface Server {
  /** The section of the configuration that names it, with nothing that has a default. */
  readonly graph: string;
  stop(): Promise<void>;
}

/** One that has just begun, as a user's first deliveries meet it: nothing is loaded, and nothing planned. */
async function startColdNeo4j(): Promise<Server> {
  const server = await startNeo4j(neo4j);
  const { uri, password } = server.options;
  return {
    graph: `graph: { driver: neo4j, uri: "${uri}", password: "${password}" }`,
    stop: async () => await server.stop(),
  };
}

const startNothing = async (): Promise<Server> => ({ graph: '', stop: async () => undefined });

for (const [name, startServer] of [
  ['LadybugDB', startNothing],
  ['Neo4j', startColdNeo4j],
] as const) {
  suite(`the same day over HTTP, through Temporal, into ${name}`, skipped(name), () => {
    let api: ClickUpApi;
    let server: Server;
    let system: TestSystem;
    let day: Day;
    before(async () => {
      [api, day] = await Promise.all([startClickUpApi(), readDay()]);
      const shown = day.posts.find(({ enrichment }) => enrichment !== undefined)?.enrichment;
      api.answer(task, { status: 200, body: (shown as { task: unknown }).task });
      server = await startServer();
      system = await startTestSystem({
        providers: providersOfTheDay(api.url),
        settings: `people: ${JSON.stringify(peopleOfTheDay)}\n${server.graph}`,
      });
    });
    after(async () => {
      await system.stop();
      await server.stop();
      await api[Symbol.asyncDispose]();
    });

    const send = async (index: number): Promise<number> => {
      const post = day.posts[index];
      const entry = post && day.active.get(post.provider);
      assert.ok(post && entry);
      const { headers: signed, body } = signedRequest({ ...post, receivedAt: new Date() }, entry);
      const headers = signed as Record<string, string>;
      const url = `${system.url}/webhooks/${post.provider}`;
      const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
      await response.text();
      return response.status;
    };

    test('every post is taken, a second time as a duplicate, and the graph has the same edges', async () => {
      const indexes = [...day.posts.keys()];
      for (const index of indexes) assert.ok([200, 202, 204].includes(await send(index)), String(index));
      for (const index of indexes) assert.ok([200, 204].includes(await send(index)), String(index));
      await eventually(async () => {
        const { count } = await system.client.workflow.count('ExecutionStatus = "Completed"');
        assert.equal(count, day.posts.length);
      }, longestMs);
      assert.deepEqual(await edgesOf(system.graph), await expected());
      assert.ok(api.requests.length > 0, 'the ClickUp API was asked');
    });
  });
}
