import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir, statfs, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.ts';
import { deliver, FlowstateProcess, folderWithConfig, idsInGraph } from '../support/flowstate-process.ts';
import { idsOf } from '../support/inbox.ts';
import { payloadOf } from '../support/system.ts';

const run = promisify(execFile);
const megabyte = 1024 * 1024;

interface Health {
  readonly status: string;
  readonly components: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}

async function readHealth(url: string): Promise<Health> {
  return (await (await fetch(`${url}/health`)).json()) as Health;
}

async function mayMount(): Promise<boolean> {
  return await run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(
    () => true,
    () => false,
  );
}

/** Fills the disk until so many bytes are left. */
async function fill(folder: string, left: number): Promise<void> {
  const file = await open(join(folder, 'ballast'), 'a');
  try {
    for (;;) {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize <= left) return;
      await file.write(Buffer.alloc(Math.min(megabyte, bavail * bsize - left)));
    }
  } finally {
    await file.close();
  }
}

suite('the program › a disk that fills up', () => {
  test('first the graph waits, then senders are told to come again; with room again all goes on', async (t) => {
    if (!(await mayMount())) {
      t.diagnostic('this user may not mount a small file system: the full disk was not tested');
      return;
    }
    const folder = await folderWithConfig(t, 'log: { level: error, format: json }');
    const data = await mkdtemp(join(tmpdir(), 'flowstate-small-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', data]);
    t.after(async () => {
      await run('umount', ['--lazy', data]);
      await rmdir(data);
    });
    await symlink(data, join(folder, 'data'));
    const body = await payloadOf('github', 'issues');
    const program = new FlowstateProcess(folder);
    const url = await program.ready();
    const acknowledged: string[] = [];
    const send = async (id: string): Promise<number> => {
      const { status } = await deliver(url, id, body);
      if (status === 202) acknowledged.push(id);
      return status;
    };
    for (const id of idsOf(10, 'before')) assert.equal(await send(id), 202);
    await eventually(async () => assert.equal((await idsInGraph(url)).length, 10), 60_000);

    await fill(data, 40 * megabyte);
    for (const id of idsOf(10, 'little')) assert.equal(await send(id), 202);
    const waiting = await readHealth(url);
    assert.deepEqual([waiting.status, waiting.components['graph']?.status], ['degraded', 'down']);
    assert.match(waiting.components['graph']?.reason ?? '', /MB left; 64 MB are needed/);
    assert.equal((await idsInGraph(url)).length, 10);

    await fill(data, 0);
    let refused = 0;
    await eventually(async () => {
      await fill(data, 0);
      if ((await send(`full-${(refused += 1)}`)) === 202) throw new Error('there was room still');
    }, 60_000);
    const answer = await deliver(url, 'refused', body);
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '5']);
    assert.match(await answer.text(), /INBOX_UNAVAILABLE/);
    const full = await readHealth(url);
    assert.deepEqual([full.status, full.components['inbox']?.status], ['unhealthy', 'down']);

    await rm(join(data, 'ballast'));
    await eventually(async () => assert.equal((await readHealth(url)).status, 'healthy'), 120_000);
    assert.equal(await send('after'), 202);
    await eventually(async () => {
      const ids = await idsInGraph(url);
      assert.deepEqual(
        acknowledged.filter((id) => !ids.includes(id)),
        [],
      );
      assert.equal(new Set(ids).size, ids.length);
    }, 180_000);
    program.child.kill('SIGTERM');
    assert.deepEqual(await program.ended, [0, null], program.said);
  });
});
