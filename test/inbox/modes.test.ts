import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { sha256Hex } from '../../src/delivery.ts';
import { InboxStore } from '../../src/ingress/inbox/store.ts';
import * as attributes from '../../src/temporal/search-attributes.ts';
import { eventually } from '../support/eventually.ts';
import { idsOf, roomy, submissionOf } from '../support/inbox.ts';
import { payloadOf, startTestSystem, type TestSystem } from '../support/system.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

type Mode = 'always' | 'overflow' | 'off';

interface Health {
  readonly components: { readonly inbox?: Record<string, unknown> };
}

interface Stats {
  readonly providers: { readonly github: { readonly conflicts: number } };
  readonly inbox?: Record<string, unknown>;
}

interface Answer {
  readonly status: number;
  readonly said: { status: string; delivery_id: string; workflow_id: string };
}

async function send(system: TestSystem, id: string, body: Uint8Array): Promise<Answer> {
  const response = await system.post('github', { body, id, event: 'issues' });
  return { status: response.status, said: (await response.json()) as Answer['said'] };
}

async function read<T>(system: TestSystem, path: string): Promise<T> {
  return (await (await system.ask(path)).json()) as T;
}

async function outcomeOf(system: TestSystem, id: string): Promise<string | undefined> {
  const { status, typedSearchAttributes } = await system.client.workflow.getHandle(`github:${id}`).describe();
  return status.name === 'RUNNING' ? undefined : typedSearchAttributes.get(attributes.outcome);
}

async function ended(system: TestSystem, id: string, outcome: string): Promise<void> {
  await eventually(async () => assert.equal(await outcomeOf(system, id), outcome), 60_000);
}

/** The ids of the Delivery nodes that begin so, and whether each is a conflict. */
async function deliveriesOf(system: TestSystem, prefix: string): Promise<readonly unknown[]> {
  const query =
    'MATCH (d:Delivery) WHERE d.delivery_id STARTS WITH $prefix RETURN d.delivery_id, d.conflict ORDER BY d.delivery_id';
  const { rows } = await system.graph.query(query, { prefix }, { timeoutMs: 10_000, maxRows: 1000 });
  return rows;
}

/** Resolves when the process really stands still. */
async function hang(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await eventually(async () => assert.match(await readFile(`/proc/${pid}/stat`, 'utf8'), /\) T /));
}

suite('inbox › its modes on a Temporal server', () => {
  let temporal: TestTemporal;
  let body: Buffer;
  let other: Buffer;
  before(async () => {
    temporal = await startTestTemporal();
    body = await payloadOf('github', 'issues');
    other = Buffer.concat([body, Buffer.from(' ')]);
  });
  after(async () => {
    await temporal.stop();
  });

  async function inMode(
    mode: Mode,
    work: (system: TestSystem, folder: string) => Promise<void>,
    prepare: (folder: string) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'flowstate-mode-'));
    await prepare(folder);
    const settings = `temporal: { address: "${temporal.address}", namespace: "${mode}" }\ninbox: { mode: ${mode} }`;
    const system = await startTestSystem({ folder, settings });
    try {
      await work(system, folder);
    } finally {
      await system.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }

  for (const mode of ['always', 'overflow', 'off'] as const) {
    test(`${mode}: one of many at once is accepted, the same id with another body is kept beside it`, async () => {
      await inMode(mode, async (system) => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => send(system, 'same', body)));
        assert.deepEqual(answers.map(({ status }) => status).sort(), [
          ...Array.from({ length: 19 }, () => 200),
          202,
        ]);
        await ended(system, 'same', 'written');

        const conflict = `same~${sha256Hex(other).slice(0, 8)}`;
        const kept = await send(system, 'same', other);
        assert.equal(kept.status, 202);
        await ended(system, conflict, 'skipped');
        for (const [bytes, id] of [
          [other, conflict],
          [body, 'same'],
        ] as const) {
          const { status, said } = await send(system, 'same', bytes);
          assert.deepEqual([status, said.delivery_id], [200, id]);
        }
        const deliveries = await deliveriesOf(system, 'same');
        assert.deepEqual(deliveries, [
          ['same', false],
          [conflict, true],
        ]);
        await eventually(async () => {
          const { providers, inbox } = await read<Stats>(system, '/stats');
          assert.equal(providers.github.conflicts, 1);
          assert.equal(inbox?.['depth'], mode === 'off' ? undefined : 0);
        });
      });
    });
  }

  test('overflow: while Temporal hangs the inbox takes what comes, and each delivery runs once when it goes on', async () => {
    await inMode('overflow', async (system) => {
      const ids = idsOf(30, 'hangs');
      await hang(temporal.server.pid);
      try {
        const answers = await Promise.all(ids.map((id) => send(system, id, body)));
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
        const { components } = await read<Health>(system, '/health');
        assert.equal(components.inbox?.['depth'], 30);
        assert.ok(Number(components.inbox['oldest_age_seconds']) >= 0);
        assert.equal((await send(system, 'hangs-0', body)).status, 200, 'what is held is a duplicate');
      } finally {
        process.kill(temporal.server.pid, 'SIGCONT');
      }
      for (const id of ids) await ended(system, id, 'written');
      const deliveries = await deliveriesOf(system, 'hangs');
      assert.deepEqual(
        deliveries,
        [...ids].sort().map((id) => [id, false]),
      );
      await eventually(async () => {
        const { components } = await read<Health>(system, '/health');
        assert.equal(components.inbox?.['depth'], 0);
      });
    });
  });

  test('off: while Temporal hangs the sender is told to come again', async () => {
    await inMode('off', async (system) => {
      await hang(temporal.server.pid);
      try {
        const refused = await system.post('github', { body, id: 'refused', event: 'issues' });
        assert.equal(refused.status, 503);
        assert.notEqual(refused.headers.get('retry-after'), null);
        assert.match(await refused.text(), /TEMPORAL_UNAVAILABLE/);
      } finally {
        process.kill(temporal.server.pid, 'SIGCONT');
      }
    });
  });

  test('off: what an earlier inbox holds is still submitted', async () => {
    const left = async (folder: string): Promise<void> => {
      const store = await InboxStore.open({
        path: join(folder, 'data', 'inbox', 'inbox.lmdb'),
        maxBytes: roomy,
      });
      const { delivery, ...rest } = submissionOf('left', body.toString());
      await store.append({ ...rest, delivery: { ...delivery, provider: 'github', eventType: 'issues' } });
      await store.close();
    };
    await inMode('off', async (system) => await ended(system, 'left', 'written'), left);
  });

  test('after the retention the Delivery node still knows a delivery: it runs again and is skipped', async () => {
    await inMode('off', async (system) => {
      await send(system, 'old', body);
      await ended(system, 'old', 'written');
      await system.client.workflowService.deleteWorkflowExecution({
        namespace: 'off',
        workflowExecution: { workflowId: 'github:old' },
      });
      await eventually(async () => {
        await assert.rejects(async () => await outcomeOf(system, 'old'), { name: 'WorkflowNotFoundError' });
      }, 180_000); // Temporal deletes when it gets to it
      assert.equal((await send(system, 'old', body)).status, 202);
      await ended(system, 'old', 'skipped');
      assert.deepEqual(await deliveriesOf(system, 'old'), [['old', false]]);
    });
  });
});
