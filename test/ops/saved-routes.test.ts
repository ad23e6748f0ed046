import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { loadSavedQueries } from '../../src/graph/saved/load-saved-queries.ts';
import type { SavedAnswer } from '../../src/graph/saved/run-saved-query.ts';
import type { ListedQuery } from '../../src/ops/graph-routes.ts';
import { flowstate } from '../cli/run.ts';
import { type Evening, serveEvening } from '../support/evening.ts';

suite('saved queries over HTTP and as a command', () => {
  let evening: Evening;
  before(async () => {
    evening = await serveEvening();
  });
  after(async () => {
    await evening.close();
  });

  const get = async (path: string, token = evening.adminToken) => {
    const response = await fetch(`${evening.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: await response.json() };
  };
  const errorOf = async (path: string) => {
    const { status, body } = await get(path);
    const { error } = body as { error: { code: string; message: string } };
    return [status, error.code, error.message] as const;
  };
  const command = async (...words: string[]) =>
    await flowstate(['graph', ...words], { env: evening.environment });

  test('the list has each file, with its parameters', async () => {
    const { body } = await get('/graph/saved');
    const { queries } = body as { queries: ListedQuery[] };
    assert.deepEqual(
      queries.map(({ name }) => name),
      [...(await loadSavedQueries()).keys()],
    );
    for (const { name, asks, says, columns } of queries) {
      assert.match(asks, /\?$/, name);
      assert.ok(says !== '' && columns.length > 0, name);
    }
    const history = queries.find(({ name }) => name === 'task-history');
    assert.deepEqual(history?.parameters, [
      { name: 'task', form: 'task=KEY or NAME', required: true, meaning: 'The task.' },
      {
        name: 'hops',
        form: 'hops=N (1 to 2, default: 1)',
        required: false,
        meaning: 'How many references away from the task.',
      },
    ]);
  });

  test('an answer has columns, rows with nodes as label, key and name, and what was left out', async () => {
    const { status, body } = await get('/graph/saved/pull-requests-without-task');
    assert.equal(status, 200);
    const { columns, rows, truncated, missing } = body as SavedAnswer;
    assert.deepEqual(columns, ['opened', 'pull_request', 'repository', 'author', 'url']);
    assert.deepEqual(rows[0]?.[1], {
      label: 'PullRequest',
      key: 'github:pull_request:279147421',
      name: '#21 Tidy the readme',
    });
    assert.deepEqual([rows.length, truncated, missing], [1, false, []]);
  });

  test('max_rows bounds the answer and tells that there was more', async () => {
    const { body } = await get('/graph/saved/task-history?task=86c2q7x1a&max_rows=3');
    const { rows, truncated } = body as SavedAnswer;
    assert.deepEqual([rows.length, truncated], [3, true]);
  });

  const refused = [
    ['/graph/saved/nothing', 404, 'SAVED_QUERY_UNKNOWN', /there are: activity-by-list, /],
    ['/graph/saved/task-history', 400, 'PARAMETER_INVALID', /task is missing: The task\./],
    ['/graph/saved/task-history?task=', 400, 'PARAMETER_INVALID', /task is missing/],
    ['/graph/saved/task-history?task=1&task=2', 400, 'PARAMETER_INVALID', /task: must be given once/],
    [
      '/graph/saved/task-history?tusk=1',
      400,
      'PARAMETER_INVALID',
      /no parameter tusk; there are: task, hops/,
    ],
    [
      '/graph/saved/task-history?task=x&hops=3',
      400,
      'PARAMETER_INVALID',
      /hops must be a whole number from 1 to 2/,
    ],
    ['/graph/saved/activity-by-list?hours=1.5', 400, 'PARAMETER_INVALID', /hours must be a whole number/],
    [
      '/graph/saved/activity-by-list?until=yesterday',
      400,
      'PARAMETER_INVALID',
      /until must be a time such as/,
    ],
    [
      '/graph/saved/activity-by-list?until=2026-13-01T00:00:00Z',
      400,
      'PARAMETER_INVALID',
      /until must be a time/,
    ],
    ['/graph/saved/activity-by-list?max_rows=0', 400, 'PARAMETER_INVALID', /max_rows/],
    ['/graph/saved/mentions?entity=acme/checkout%2399', 404, 'ENTITY_UNKNOWN', /no entity acme\/checkout#99/],
    [`/graph/saved/mentions?entity=${'x'.repeat(1001)}`, 400, 'PARAMETER_INVALID', /entity/],
  ] as const;
  for (const [path, status, code, message] of refused) {
    test(`refused: ${path.slice(0, 60)}`, async () => {
      const [given, reason, words] = await errorOf(path);
      assert.deepEqual([given, reason], [status, code]);
      assert.match(words, message);
    });
  }

  test('what a caller writes is a parameter, never a part of the query', async () => {
    for (const text of ["x'}) DETACH DELETE n //", '$task', 'clickup:task:"}) RETURN 1 //']) {
      const [status, code] = await errorOf(`/graph/saved/task-history?task=${encodeURIComponent(text)}`);
      assert.deepEqual([status, code], [404, 'ENTITY_UNKNOWN']);
    }
  });

  test('without the admin token both routes are closed', async () => {
    for (const path of ['/graph/saved', '/graph/saved/who-works-on-what']) {
      assert.equal((await get(path, 'another')).status, 401);
    }
  });

  test('the command lists the questions and their parameters', async () => {
    for (const words of [['--list'], ['--saved', 'list']]) {
      const { status, out } = await command(...words);
      assert.equal(status, 0);
      assert.match(out, /^task-history: What happened to a task, .*\?\n {2}task=KEY or NAME +The task\.\n/m);
    }
  });

  test('the command prints JSON where it is asked to', async () => {
    const { out } = await command('--saved', 'mentions', '--param', 'entity=acme/checkout#77', '--json');
    assert.deepEqual((JSON.parse(out) as SavedAnswer).rows.length, 1);
  });

  const wrong = [
    [['--saved', 'nothing'], /SAVED_QUERY_UNKNOWN.*there are: /],
    [['--saved', 'task-history'], /task is missing/],
    [['--saved', 'task-history', '--param', 'task'], /It must be name=value/],
    [[], /Give either Cypher or --saved <name>/],
    [['MATCH (n) RETURN n', '--saved', 'mentions'], /Give either Cypher or --saved <name>/],
  ] as const;
  for (const [words, message] of wrong) {
    test(`the command ends with 2: graph ${words.join(' ')}`, async () => {
      const { status, err } = await command(...words);
      assert.equal(status, 2);
      assert.match(err, message);
    });
  }
});
