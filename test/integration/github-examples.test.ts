import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, suite, test } from 'node:test';
import { startTestSystem, type TestSystem } from '../support/system.ts';
import { eventually } from '../support/eventually.ts';

interface Example {
  readonly name: string;
  readonly examples: readonly unknown[];
}

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as Example[];
const deliveries = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({ id: `${name}-${index}`, event: name, body: JSON.stringify(payload) })),
);

suite('every real payload of @octokit/webhooks-examples', () => {
  let system: TestSystem;
  before(async () => {
    system = await startTestSystem();
    const waiting = [...deliveries];
    const sender = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const response = await system.post('github', next);
        assert.equal(response.status, 202, `${next.id}: ${await response.text()}`);
      }
    };
    await Promise.all(Array.from({ length: 20 }, sender));
  });
  after(async () => {
    await system.stop();
  });

  const rows = async (query: string) =>
    (await system.graph.query(query, {}, { timeoutMs: 10_000, maxRows: 10_000 })).rows;

  test(`is accepted and completes (${deliveries.length} deliveries)`, async () => {
    await eventually(async () => {
      const { groups } = await system.client.workflow.count("Provider = 'github' GROUP BY ExecutionStatus");
      assert.deepEqual(
        groups.map(({ groupValues, count }) => [String(groupValues[0]), count]),
        [['Completed', deliveries.length]],
      );
    }, 120_000);
  });

  test('is a node of the graph, but for the pings', async () => {
    const known = new Set((await rows('MATCH (d:Delivery) RETURN d.delivery_id')).map(([id]) => id));
    const missing = deliveries.filter(({ id, event }) => event !== 'ping' && !known.has(id));
    assert.deepEqual(
      missing.map(({ id }) => id),
      [],
    );
    assert.equal(known.size, deliveries.filter(({ event }) => event !== 'ping').length);
  });

  const questions: [string, string, unknown[]][] = [
    [
      'a pull request has its number, its repository and who opened it',
      'MATCH (u:User)-[:OPENED]->(p:PullRequest)-[:PART_OF]->(r:Repository) WHERE p.number = 2 AND r.key = "github:repository:186853002" RETURN DISTINCT r.full_name, u.login',
      ['Codertocat/Hello-World', 'Codertocat'],
    ],
    [
      'a pushed commit belongs to its repository',
      'MATCH (c:Commit)-[:PART_OF]->(r:Repository {key: "github:repository:186853002"}) RETURN count(*) > 0',
      [true],
    ],
    ['something carries a label', 'MATCH ()-[:HAS_LABEL]->(l:Label) RETURN count(*) > 0', [true]],
    [
      'a review reviews a pull request',
      'MATCH (:Review)-[:REVIEWS]->(:PullRequest) RETURN count(*) > 0',
      [true],
    ],
    [
      'a fork is a fork of its parent',
      'MATCH (:Repository)-[:FORK_OF]->(:Repository) RETURN count(*) > 0',
      [true],
    ],
    ['a member of a team is one', 'MATCH (:User)-[:MEMBER_OF]->() RETURN count(*) > 0', [true]],
    [
      'a release is part of its repository',
      'MATCH (:Release)-[:PART_OF]->(:Repository) RETURN count(*) > 0',
      [true],
    ],
  ];
  for (const [name, query, expected] of questions) {
    test(name, async () => {
      assert.deepEqual((await rows(query))[0], expected);
    });
  }
});
