import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { loadSavedQueries } from '../../../src/graph/saved/load-saved-queries.ts';
import { runSavedQuery, type SavedAnswer } from '../../../src/graph/saved/run-saved-query.ts';
import type { Cell, NodeCell } from '../../../src/graph/saved/saved-query.ts';
import { type Evening, serveEvening } from '../../support/evening.ts';
import { findNeo4j, openNeo4j } from '../../support/neo4j.ts';
import { openLadybug, type OpenTestStore } from '../../support/stores.ts';

const queries = await loadSavedQueries();

/** Every store with a query language; what they answer is the same. */
const stores: readonly (readonly [string, OpenTestStore, string | false])[] = [
  ['LadybugDB', openLadybug, false],
  ['Neo4j', openNeo4j, (await findNeo4j()).skip],
];

const task = 'clickup:task:86c2q7x1a';
const about = 'Task Draft the launch plan';
const asked = 'Message Who takes https://app.clickup.com/t/86c2q7x1a?';
const ofThePullRequest = `PullRequest #12 Show the dates, Branch CU-86c2q7x1a-dates, ${about}`;

type Texts = Readonly<Record<string, string>>;

async function ask({ day, graph }: Evening, name: string, given: Texts = {}): Promise<SavedAnswer> {
  const query = queries.get(name);
  assert.ok(query, name);
  const { model, namesIn } = day;
  const bounds = { maxRows: 1000, timeoutMs: 60_000 };
  const now = new Date('2026-03-02T11:00:00Z');
  return await runSavedQuery({ query, given, graph, model, namesIn, bounds, now });
}

/** The cells of some columns as text: times of the day without their day, nodes by their names. */
function told({ columns, rows }: SavedAnswer, ...wanted: readonly string[]): string[] {
  return rows.map((row) => wanted.map((name) => textOf(row[columns.indexOf(name)] ?? null)).join(' | '));
}

function textOf(cell: Cell): string {
  if (cell === null || typeof cell !== 'object') {
    return String(cell ?? '–').replace(/^2026-03-02T([\d:]{8})\.000Z$/, '$1');
  }
  if (Array.isArray(cell)) return (cell as NodeCell[]).map(textOf).join(', ');
  const { label, key, name } = cell as NodeCell;
  return name === null ? key : `${label} ${name}`;
}

for (const [storeName, open, skip] of stores) {
  suite(`saved queries › ${storeName}`, { skip }, () => {
    let evening: Evening;
    before(async () => {
      evening = await serveEvening(open);
    });
    after(async () => {
      await evening.close();
    });

    test('none asks for what the shipped providers do not have', async () => {
      for (const [name, { parameters }] of queries) {
        const given = {
          ...('task' in parameters ? { task } : {}),
          ...('entity' in parameters ? { entity: task } : {}),
        };
        assert.deepEqual((await ask(evening, name, given)).missing, [], name);
      }
    });

    const history = [
      '2019-05-15T15:20:57.000Z | github | push | Branch CU-86c2q7x1a-dates, ' +
        `${about}, Commit Show the dates, CU-86c2q7x1a`,
      `09:16:30 | clickup | taskCreated | ${about}`,
      `10:15:30 | clickup | taskStatusUpdated | ${about}`,
      `10:16:00 | slack | message | ${about}, ${asked}`,
      `10:19:30 | clickup | taskAssigneeUpdated | ${about}`,
      `10:19:30 | clickup | taskUpdated | ${about}`,
      `10:20:00 | discord | MESSAGE_CREATE | ${about}`,
      `10:20:33 | github | pull_request | ${ofThePullRequest}, ${asked}`,
      `10:20:38 | github | pull_request_review | ${ofThePullRequest}, Review Good. Closes CU-86c2q7x1a, ${asked}`,
      `10:21:18 | github | pull_request | ${ofThePullRequest}, ${asked}`,
      `10:23:20 | slack | message | ${about}`,
      `10:26:30 | clickup | taskCommentPosted | ${about}, Comment See https://github.com/acme/checkout/pull/12`,
    ];
    for (const name of [task, '86c2q7x1a', 'CU-86c2q7x1a', 'https://app.clickup.com/t/86c2q7x1a']) {
      test(`task-history of ${name}: its own deliveries and those of what refers to it`, async () => {
        const answer = await ask(evening, 'task-history', { task: name });
        assert.deepEqual(told(answer, 'at', 'provider', 'event', 'through'), history);
      });
    }

    test('task-history over two hops: also of what refers to those', async () => {
      const near = await ask(evening, 'task-history', { task });
      const far = await ask(evening, 'task-history', { task, hops: '2' });
      const known = new Set(told(near, 'delivery'));
      const index = far.columns.indexOf('delivery');
      const added = { ...far, rows: far.rows.filter((row) => !known.has(textOf(row[index] ?? null))) };
      assert.deepEqual(told(added, 'at', 'provider', 'event', 'through'), [
        '10:16:00 | discord | MESSAGE_CREATE | Message please review acme/checkout#12',
        '10:20:18 | github | issues | Issue #1 Dates are off',
        '10:25:00 | slack | message.message_changed | Message on it: https://github.com/acme/checkout/pull/12',
        '11:30:00 | deploys | deploy.finished | Message please review acme/checkout#12, deploys:deploy:d-7',
      ]);
    });

    test('who-works-on-what: open work by person, over the accounts of one person', async () => {
      const expected = [
        'Person Ben Okafor | assigned | Issue #1 Dates are off | open',
        `Person Ben Okafor | assigned | ${about} | in progress`,
        'Person Ben Okafor | opened | PullRequest #21 Tidy the readme | open',
        'Person Ben Okafor | opened | PullRequest #22 Round the totals CU-86c2q7x2b | open',
        'Person Ben Okafor | opened | PullRequest #23 Sum the fares | open',
      ];
      const columns = ['person', 'does', 'work', 'state'];
      assert.deepEqual(told(await ask(evening, 'who-works-on-what'), ...columns), expected);
      const ben = await ask(evening, 'who-works-on-what', { person: 'BEN' });
      assert.deepEqual(told(ben, ...columns), expected);
      assert.deepEqual((await ask(evening, 'who-works-on-what', { person: 'ann' })).rows, []);
    });

    test('pull-requests-without-task: not those that name one, nor those of whose commits one does', async () => {
      const answer = await ask(evening, 'pull-requests-without-task');
      assert.deepEqual(told(answer, 'opened', 'pull_request', 'repository', 'author', 'url'), [
        '17:21:00 | PullRequest #21 Tidy the readme | Repository acme/checkout | Person Ben Okafor | https://github.com/acme/checkout/pull/21',
      ]);
    });

    test('tasks-in-review-without-pull-request: not those that one names, by itself or by a commit', async () => {
      const name = 'tasks-in-review-without-pull-request';
      const columns = ['updated', 'task', 'status', 'list'];
      const expected = ['2026-03-02T18:33:00.250Z | clickup:task:86c2q7x2d | in review | List Launch'];
      assert.deepEqual(told(await ask(evening, name), ...columns), expected);
      assert.deepEqual(told(await ask(evening, name, { status: 'In Review' }), ...columns), expected);
      assert.deepEqual((await ask(evening, name, { status: 'testing' })).rows, []);
    });

    test('activity-by-person: what touched somebody within the hours, and nothing else', async () => {
      const columns = ['person', 'at', 'event', 'about'];
      const given = { person: 'Ann', hours: '1', until: '2026-03-02T11:19:00Z' };
      assert.deepEqual(told(await ask(evening, 'activity-by-person', given), ...columns), [
        `Person Ann Example | 10:19:30 | taskAssigneeUpdated | ${about}`,
        `Person Ann Example | 10:19:30 | taskUpdated | ${about}, clickup:task:86c2q7x00, clickup:task:86c2q7x1b, clickup:task:86c2q7x1c`,
        'Person Ann Example | 11:03:00 | user_change | ',
        `User Ann | 10:20:00 | MESSAGE_CREATE | ${about}, Message never mind CU-86c2q7x1a`,
      ]);
      const beforeThat = { ...given, until: '2026-03-02T10:19:29.999Z' };
      assert.deepEqual(told(await ask(evening, 'activity-by-person', beforeThat), ...columns), [
        `Person Ann Example | 10:16:00 | message | ${about}, ${asked}`,
        'User Ann | 10:16:00 | MESSAGE_CREATE | Message please review acme/checkout#12',
      ]);
    });

    test('activity-by-list: what touched the tasks of a list or refers to them', async () => {
      const given = { hours: '1', until: '2026-03-02T11:21:00+00:00', list: 'launch' };
      const answer = await ask(evening, 'activity-by-list', given);
      assert.deepEqual(told(answer, 'list', 'at', 'provider', 'event', 'tasks'), [
        `List Launch | 10:21:18 | github | pull_request | ${about}`,
        `List Launch | 10:23:20 | slack | message | ${about}`,
        `List Launch | 10:26:30 | clickup | taskCommentPosted | ${about}`,
      ]);
      assert.deepEqual((await ask(evening, 'activity-by-list', { ...given, list: 'backlog' })).rows, []);
    });

    test('mentions: of a pull request by its name, of a task by its key, of what is not known yet, of somebody', async () => {
      assert.deepEqual(told(await ask(evening, 'mentions', { entity: 'Acme/Checkout#12' }), 'at', 'by'), [
        '– | deploys:deploy:d-7',
        '10:16:00 | Message please review acme/checkout#12',
        '10:20:18 | Issue #1 Dates are off',
        '10:23:20 | Message on it: https://github.com/acme/checkout/pull/12',
        '10:26:30 | Comment See https://github.com/acme/checkout/pull/12',
      ]);
      assert.deepEqual(told(await ask(evening, 'mentions', { entity: 'CU-86c2q7x2c' }), 'how', 'by'), [
        'REFERENCES | Commit Sum the fares, CU-86c2q7x2c',
      ]);
      assert.deepEqual(told(await ask(evening, 'mentions', { entity: 'acme/checkout#77' }), 'how', 'by'), [
        'REFERENCES | PullRequest #21 Tidy the readme',
      ]);
      const [[person] = []] = (await ask(evening, 'who-works-on-what', { person: 'ben' })).rows;
      for (const entity of ['slack:user:U02BEN00001', (person as NodeCell).key]) {
        assert.deepEqual(told(await ask(evening, 'mentions', { entity }), 'how', 'by'), [
          'MENTIONS | Message thanks @U02BEN00001',
        ]);
      }
    });

    test('an entity that the graph has not is told as unknown', async () => {
      for (const entity of ['acme/checkout#99', 'clickup:task:none', 'nothing']) {
        await assert.rejects(ask(evening, 'mentions', { entity }), { code: 'ENTITY_UNKNOWN' });
      }
      const pullRequest = ask(evening, 'task-history', { task: 'acme/checkout#12' });
      await assert.rejects(pullRequest, { code: 'ENTITY_UNKNOWN' });
    });
  });
}
