import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { sha256Hex } from '../../src/delivery.ts';
import fc from 'fast-check';
import { BodyStore } from '../../src/temporal/body-store.ts';
import { eventually } from '../support/eventually.ts';
import { adminToken, startTestSystem, type TestSystem } from '../support/system.ts';
import { assertTellsNothing, exchange } from './exchange.ts';
import { fuzzedRequest } from './fuzz-requests.ts';
import { loadSenders } from './senders.ts';

const dayMs = 86_400_000;
const limitBytes = 10_485_760;

interface Summary {
  readonly outcome: string;
  readonly entityCount: number;
}

/** A push to a repository of this id: so many commits, whose messages make up so many bytes. */
function pushOf(repository: string, commits: number, message: (index: number) => string): string {
  const list = Array.from({ length: commits }, (_, index) => ({
    id: sha256Hex(`${repository} ${index}`).slice(0, 40),
    message: message(index),
    timestamp: '2026-11-24T12:00:00Z',
    author: { name: 'Ann', email: 'ann@acme.example', username: 'ann' },
  }));
  // The id as it stands: JSON.stringify cannot write an integer beyond 2^53.
  return JSON.stringify({
    ref: 'refs/heads/main',
    commits: list,
    repository: { id: 0, name: 'large', full_name: `acme/large-${repository}` },
    sender: { id: 7, login: 'ann' },
  }).replace('"id":0,', `"id":${repository},`);
}

suite('hostile and huge deliveries, through the whole system', { timeout: 400_000 }, () => {
  let system: TestSystem;
  before(async () => {
    system = await startTestSystem();
  });
  after(async () => {
    await system.stop();
  });

  const rows = async (query: string, parameters = {}) =>
    (await system.graph.query(query, parameters, { timeoutMs: 20_000, maxRows: 5000 })).rows;
  const send = async (id: string, body: string, event = 'push') => {
    const response = await system.post('github', { body, event, id });
    return { status: response.status, text: await response.text() };
  };
  const resultOf = async (id: string): Promise<Summary> =>
    await eventually(
      async () => (await system.client.workflow.getHandle(`github:${id}`).result()) as Summary,
    );
  const bodyFiles = async (): Promise<string[]> => {
    const entries = await readdir(join(system.folder, 'data', 'bodies'), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };

  const words = 'The quick brown fox jumps over the lazy dog. ';
  const large = [
    ['that compress well', '7001', 2000, (index: number) => `${index} ${words.repeat(107)}`],
    ['that do not compress', '7002', 1500, () => randomBytes(4850).toString('base64')],
  ] as const;
  for (const [title, repository, commits, message] of large) {
    test(`a push of 9.9 MB in ${commits} commits ${title} is taken, applied and shown`, async (t) => {
      const body = pushOf(repository, commits, message);
      assert.ok(body.length > 9_900_000 && body.length <= limitBytes, String(body.length));
      const startedAt = performance.now();
      assert.equal((await send(repository, body)).status, 202);
      const answeredMs = performance.now() - startedAt;
      const summary = await resultOf(repository);
      t.diagnostic(
        `answered after ${Math.round(answeredMs)} ms, applied after ${Math.round(performance.now() - startedAt)} ms`,
      );
      assert.equal(summary.outcome, 'written');
      assert.ok(summary.entityCount >= commits);
      const [[count] = []] = await rows(
        'MATCH (:Delivery {key: $key})-[:TOUCHED]->(c:Commit) RETURN count(c)',
        { key: `github:${repository}` },
      );
      assert.equal(Number(count), commits);

      const handle = system.client.workflow.getHandle(`github:${repository}`);
      const { memo } = await handle.describe();
      assert.deepEqual(memo, {
        body_bytes: body.length,
        body_sha256: sha256Hex(body),
        content_type: 'application/json',
      });
      const { events } = await handle.fetchHistory();
      const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[1];
      const text = Buffer.from(input?.data ?? '').toString();
      if (title === 'that do not compress') {
        const { claimData } = JSON.parse(text) as { claimData: Record<string, string> };
        assert.equal(claimData['body_bytes'], String(body.length));
        assert.ok((await bodyFiles()).some((file) => file.endsWith(claimData['file'] ?? '-')));
      }
      const largest = Math.max(...(events ?? []).map((event) => JSON.stringify(event).length));
      t.diagnostic(`${events?.length} events of history, the largest of ${largest} characters`);
      assert.ok(largest < 1_000_000);
      const listed = await system.ask(`/events?provider=github&entity=github:repository:${repository}`);
      assert.equal(((await listed.json()) as { events: unknown[] }).events.length, 1);
    });
  }

  test('a body over the limit is refused with 413 and leaves nothing', async () => {
    const { status, text } = await send(
      'over',
      pushOf('7003', 1, () => 'x'.repeat(limitBytes)),
    );
    assert.deepEqual([status, /PAYLOAD_TOO_LARGE/.test(text)], [413, true]);
  });

  test('a large body whose file is away is waited for in sight, and goes on when it is back', async () => {
    const body = pushOf('7004', 10, () => randomBytes(100_000).toString('base64'));
    const before = new Set(await bodyFiles());
    await send('7004', body);
    await resultOf('7004');
    const [file = ''] = (await bodyFiles()).filter((one) => !before.has(one));
    await rename(file, `${file}.away`);
    const replayed = await system.ask('/events/github/7004/replay', { method: 'POST' });
    assert.equal(replayed.status, 200, await replayed.clone().text());
    const { run_id: runId } = (await replayed.json()) as { run_id: string };
    const handle = system.client.workflow.getHandle('github:7004', runId);
    await eventually(async () => {
      const { events } = await handle.fetchHistory();
      assert.match(JSON.stringify(events), /BODY_LOST|cannot be read/);
    });
    assert.equal((await handle.describe()).status.name, 'RUNNING');
    await rename(`${file}.away`, file);
    assert.equal(((await handle.result()) as Summary).outcome, 'written');
  });

  test('bodies are swept when no history can name them any more, and not before', async () => {
    const bodies = new BodyStore(join(system.folder, 'data', 'bodies'));
    const { length } = await bodyFiles();
    assert.ok(length >= 2);
    assert.equal(await bodies.sweep(32 * dayMs, Date.now() + 31 * dayMs), 0);
    assert.equal(await bodies.sweep(32 * dayMs, Date.now() + 33 * dayMs), length);
  });

  test('ids beyond 2^53 stay exact from the body to the graph', async () => {
    const ids = ['9007199254740992', '9007199254740993', '18446744073709551617'];
    for (const id of ids) {
      await send(
        id,
        pushOf(id, 1, () => 'a commit'),
      );
      assert.equal((await resultOf(id)).outcome, 'written');
    }
    const found = await rows('MATCH (r:Repository) WHERE r.key IN $keys RETURN r.key ORDER BY r.key', {
      keys: ids.map((id) => `github:repository:${id}`),
    });
    assert.deepEqual(found.flat().toSorted(), ids.map((id) => `github:repository:${id}`).toSorted());
    for (const id of ids) {
      assert.equal((await system.ask(`/entities/Repository/github:repository:${id}`)).status, 200, id);
    }
  });

  test('texts that no database likes are kept as far as they are texts, and are searched for safely', async () => {
    const message = 'a\u0000b\ud800c \u202e"\' \\ `; MATCH (n) DETACH DELETE n // \r\n\u001f😀';
    await send(
      'texts',
      pushOf('7005', 1, () => message),
    );
    assert.equal((await resultOf('texts')).outcome, 'written');
    const found = await rows('MATCH (:Delivery {key: $key})-[:TOUCHED]->(c:Commit) RETURN c.message', {
      key: 'github:texts',
    });
    const kept = 'ab\ufffdc \u202e"\' \\ `; MATCH (n) DETACH DELETE n // \r\n😀';
    assert.deepEqual(found, [[kept]]);
    assert.ok(Number((await rows('MATCH (d:Delivery) RETURN count(d)'))[0]?.[0]) > 3);
  });

  test('every route answers with the headers of security, errors and refusals too', async () => {
    const port = Number(new URL(system.url).port);
    const { routes } = (await (await fetch(system.url)).json()) as { routes: string[] };
    assert.ok(routes.length >= 12, routes.join(', '));
    for (const route of [
      ...routes,
      'GET /nowhere',
      'PUT /webhooks/github',
      'GET /%zz',
      'POST /webhooks/nobody',
    ]) {
      const [method = '', path = ''] = route.split(' ');
      const target = path.replace('{/*rest}', '').replaceAll(/:\w+/g, 'x');
      for (const token of ['', 'Bearer wrong', `Bearer ${adminToken}`]) {
        const headers = {
          ...(token === '' ? {} : { authorization: token }),
          'content-type': 'application/json',
        };
        const answer = await exchange(port, {
          method,
          target,
          headers,
          body: method === 'POST' ? '{"hostile-marker' : '',
        });
        assertTellsNothing(answer, `${route} ${token}`);
        assert.equal(answer.headers['x-frame-options'], 'SAMEORIGIN', route);
        assert.ok(!answer.text.includes(adminToken), route);
      }
    }
  });

  test('fuzzed requests to all of its routes start nothing and end in no 5xx', async (t) => {
    const port = Number(new URL(system.url).port);
    const strangers = [...(await loadSenders()).values()]; // their secrets are not those of this system
    const requests = fc.sample(fuzzedRequest(strangers), { numRuns: 400, seed: 20_261_124 });
    const authorized = { authorization: `Bearer ${adminToken}` };
    const asked = fc.sample(fc.tuple(fc.webQueryParameters(), fc.json()), { numRuns: 60, seed: 20_261_124 });
    const questions = asked.flatMap(([query, body]) => [
      ...['/events', '/rejections', '/stats'].map((path) => ({
        ...{ method: 'GET', target: `${path}?${query}`, headers: authorized },
      })),
      ...[{ target: '/graph', headers: { ...authorized, 'content-type': 'application/json' }, body }],
    ]);
    const workflows = async () => (await system.client.workflow.count()).count;
    const before = await workflows();
    const statuses = new Set<number>();
    for (const request of [...requests, ...questions]) {
      const answer = await exchange(port, { ...request, halfClose: true });
      statuses.add(answer.status);
      assertTellsNothing(answer, JSON.stringify(request));
      assert.ok(answer.status < 500, `${answer.status} ${answer.text} to ${JSON.stringify(request)}`);
    }
    t.diagnostic(`answers: ${[...statuses].sort().join(', ')}`);
    assert.equal(await workflows(), before);
    const health = (await (await fetch(`${system.url}/health`)).json()) as { status: string };
    assert.equal(health.status, 'healthy');
  });
});
