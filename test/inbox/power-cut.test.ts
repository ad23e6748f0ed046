import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Client } from '@temporalio/client';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { readRecord } from '../../src/temporal/dev-server/record.ts';
import { eventually } from '../support/eventually.ts';
import {
  deliver,
  FlowstateProcess,
  folderWithConfig,
  idsInGraph,
  killTemporalOf,
  readInbox,
} from '../support/flowstate-process.ts';
import { idsOf } from '../support/inbox.ts';
import { payloadOf } from '../support/system.ts';
import { namespace, quietRuntime } from '../support/temporal.ts';

/** The database with what SQLite keeps beside it. */
async function databaseOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('temporal.db'));
}

/** How many runs each delivery has, and how each of them ended. */
async function runsIn(folder: string): Promise<ReadonlyMap<string, string[]>> {
  const { ports } = (await readRecord(join(folder, 'data', 'temporal'))) ?? assert.fail();
  const connection = await connectTemporal({ address: `127.0.0.1:${ports.frontend}` });
  try {
    const runs = new Map<string, string[]>();
    for await (const { workflowId, status } of new Client({ connection, namespace }).workflow.list()) {
      runs.set(workflowId, [...(runs.get(workflowId) ?? []), status.name]);
    }
    return runs;
  } finally {
    await connection.close();
  }
}

suite('inbox › a power cut', () => {
  test("sets Temporal's database back: what it lost is submitted again, and is there exactly once", async (t) => {
    quietRuntime();
    const body = await payloadOf('github', 'issues');
    const folder = await folderWithConfig(t, 'log: { level: error }');
    const database = join(folder, 'data', 'temporal');
    const copy = join(folder, 'copy');
    const earlier = idsOf(40, 'earlier');
    const later = idsOf(120, 'later');
    const all = [...earlier, ...later].sort();

    const first = new FlowstateProcess(folder);
    let url = await first.ready();
    const send = async (id: string): Promise<void> => {
      assert.equal((await deliver(url, id, body)).status, 202);
    };
    await Promise.all(earlier.map(send));
    await eventually(async () => assert.equal((await idsInGraph(url)).length, earlier.length), 120_000);
    await mkdir(copy);
    for (const name of await databaseOf(database)) await copyFile(join(database, name), join(copy, name));

    await Promise.all(later.map(send));
    // Some of them are done with, some run, some wait: none of it is in the copy.
    await eventually(async () => assert.ok((await idsInGraph(url)).length > earlier.length + 20), 120_000);
    first.child.kill('SIGKILL');
    await first.ended;
    await killTemporalOf(folder);
    for (const name of await databaseOf(database)) await rm(join(database, name));
    for (const name of await readdir(copy)) await copyFile(join(copy, name), join(database, name));

    const second = new FlowstateProcess(folder);
    url = await second.ready();
    await eventually(async () => {
      assert.deepEqual(await idsInGraph(url), all, 'each is in the graph, and once');
      const { depth, resubmitting } = await readInbox(url);
      assert.deepEqual([depth, resubmitting], [0, 0]);
      const runs = await runsIn(folder);
      assert.deepEqual(
        [...runs],
        [...runs.keys()].map((id) => [id, ['COMPLETED']]),
      );
      assert.deepEqual(
        [...runs.keys()].sort(),
        all.map((id) => `github:${id}`),
      );
    }, 180_000);
    second.child.kill('SIGTERM');
    assert.deepEqual(await second.ended, [0, null], second.said);
  });
});
