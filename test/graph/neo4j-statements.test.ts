import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyPlan } from '../../src/graph/backend.ts';
import { emptyState } from '../../src/graph/clock.ts';
import { planStatements } from '../../src/graph/neo4j/write.ts';
import { make, minute, task, testModel, user } from '../support/changes.ts';

test('Neo4j › what is written to nodes of any label is one text, and an edge is one for its type: each text is planned', () => {
  const nodes = [task(1), user(1), user(2), make.node('Order', 'o:1')];
  const stamp = `${minute(1)} test:d`;
  const statements = planStatements(
    testModel,
    {
      ...emptyPlan,
      nodes: nodes.map((node) => ({ state: emptyState(node), write: 'made' })),
      cleared: nodes,
      endings: nodes.map((node) => ({ kind: 'node', node, stamp })),
      edges: [task(1), user(2)].map((to) => ({
        edge: { type: 'WATCHES', from: user(1), to, stamp },
        isNew: true,
      })),
      touched: nodes.map((node) => ({ delivery: 'test:d', node })),
      forgotten: nodes,
    },
    ({ key }) => `id of ${key}`,
  );
  assert.equal(statements.length, 6);
  for (const { text } of statements) {
    for (const label of Object.keys(testModel.nodes)) assert.ok(!text.includes(`:\`${label}\``), text);
  }
});
