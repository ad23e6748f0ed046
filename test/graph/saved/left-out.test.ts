import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingIn } from '../../../src/graph/saved/needs.ts';
import { loadSavedQueries } from '../../../src/graph/saved/load-saved-queries.ts';
import { runSavedQuery, type SavedAnswer } from '../../../src/graph/saved/run-saved-query.ts';
import { readDay } from '../../scenario/changes-of-day.ts';
import { openLadybug } from '../../support/stores.ts';

const queries = await loadSavedQueries();

/** What is answered of the day where only these providers are enabled. */
async function askWith(
  enabled: readonly string[],
  questions: readonly (readonly [string, Readonly<Record<string, string>>])[],
): Promise<SavedAnswer[]> {
  const { changes, model, namesIn } = await readDay([], enabled);
  const opened = await openLadybug(model);
  try {
    for (const change of changes) await opened.store.apply(change);
    return await Promise.all(
      questions.map(async ([name, given]) => {
        const query = queries.get(name);
        assert.ok(query);
        const bounds = { maxRows: 1000, timeoutMs: 60_000 };
        return await runSavedQuery({
          query,
          given,
          graph: opened.store,
          model,
          namesIn,
          bounds,
          now: new Date(),
        });
      }),
    );
  } finally {
    await opened.close();
  }
}

test('without ClickUp: tasks are left out and named, the rest is answered', async () => {
  const [work, history, orphans, lists] = await askWith(
    ['github'],
    [
      ['who-works-on-what', {}],
      ['task-history', { task: '86c2q7x1a' }],
      ['pull-requests-without-task', {}],
      ['activity-by-list', {}],
    ],
  );
  assert.deepEqual(work?.missing, ['Task']);
  assert.equal(work?.rows.length, 1);
  assert.deepEqual(history, { ...history, rows: [], missing: ['Task'] });
  assert.deepEqual(orphans, { ...orphans, rows: [], missing: ['Task'] });
  assert.deepEqual(lists, { ...lists, rows: [], missing: ['List', 'Task', 'CONTAINS'] });
});

test('every question has an answer, whichever one provider is enabled', async () => {
  for (const provider of ['clickup', 'slack', 'discord', 'deploys']) {
    const questions = [...queries.keys()]
      .filter((name) => name !== 'mentions')
      .map((name) => [name, name === 'task-history' ? { task: 'x:1' } : {}] as const)
      .filter(([name]) => provider !== 'clickup' || name !== 'task-history');
    for (const answer of await askWith([provider], questions)) assert.ok(Array.isArray(answer.missing));
  }
});

const model = {
  nodes: { Task: { name: 'string' }, User: {} },
  edges: { ASSIGNED_TO: [['Task', 'User']] },
} as const;

const needs: readonly (readonly [string, readonly string[]])[] = [
  ['MATCH (t:Task {key: $k})-[:ASSIGNED_TO]->(u:User) WHERE t.deleted_at IS NULL RETURN t.name, u.key', []],
  ['MATCH (d:Delivery)-[:TOUCHED]->(t:Task) RETURN d.event_time, t', []],
  ['MATCH (p:PullRequest)-[r:HEAD|ASSIGNED_TO]->(:Branch) RETURN p.title', ['PullRequest', 'Branch', 'HEAD']],
  ['MATCH (t:Task|Issue) RETURN t.status', ['Issue', 'Task.status']],
  ['MATCH (d:Delivery) WHERE d.deleted_at IS NULL RETURN d', ['Delivery.deleted_at']],
];

for (const [cypher, missing] of needs) {
  test(`what a pattern needs beyond the model: ${missing.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(missingIn(cypher, model), missing);
  });
}
