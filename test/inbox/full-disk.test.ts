import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.ts';
import { idsOf, openStore } from '../support/inbox.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../support/inbox-process.js', import.meta.url));

/** A file system in memory. */
async function smallDisk(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-small-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder]);
  t.after(async () => {
    await run('umount', ['--lazy', folder]);
    await rmdir(folder);
  });
  return folder;
}

async function mayMount(): Promise<boolean> {
  return await run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(
    () => true,
    () => false,
  );
}

/** An inbox in a process of its own, which answers line by line. */
function obedient(path: string) {
  const child = spawn(
    'sh',
    ['-c', `trap '' XFSZ; exec "$0" "$@"`, process.execPath, program, 'obeys', path],
    {
      stdio: ['pipe', 'pipe', 'ignore'], // LMDB says on its standard error what the answer says
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => ((await lines.next()) as { value?: string }).value;
  const ask = async (words: string): Promise<string | undefined> => {
    child.stdin.write(`${words}\n`);
    return await next();
  };
  return { child, next, ask };
}

suite('inbox › a disk that is full', () => {
  test('503, no crash however often it is tried, and it goes on when there is room', async (t) => {
    if (!(await mayMount())) {
      t.diagnostic('this user may not mount a small file system: the full disk was not tested');
      return;
    }
    const folder = await smallDisk(t);
    const path = join(folder, 'inbox.lmdb');
    const { child, next, ask } = obedient(path);
    t.after(() => child.kill('SIGKILL'));
    assert.equal(await next(), 'ready');
    const taken: string[] = [];
    let said = await ask('add d-0 500000');
    for (; said?.startsWith('took') === true; said = await ask(`add d-${taken.length} 500000`)) {
      taken.push(`d-${taken.length}`);
    }
    assert.equal(said, 'INBOX_UNAVAILABLE');
    assert.ok(taken.length > 10 && taken.length < 60, `${taken.length} fitted`);

    const ballast = join(folder, 'ballast'); // somebody else takes what is left
    await run('sh', ['-c', 'cat /dev/zero > "$0" || true', ballast]);
    for (let count = 0; count < 20; count += 1)
      assert.equal(await ask('add again 100000'), 'INBOX_UNAVAILABLE');

    await run('mount', ['-o', 'remount,size=128m', folder]);
    await eventually(async () => assert.equal(await ask('remove 1'), 'removed'));
    for (let count = 0; count < 40; count += 1) {
      assert.match((await ask(`add more-${count} 500000`)) ?? '', /^took/);
    }
    child.stdin.end();
    assert.deepEqual(await once(child, 'exit'), [0, null]);

    const store = await openStore(t, { path });
    const ids = [...store.load()].map(({ submission }) => submission.delivery.id);
    assert.deepEqual(ids, [...taken.slice(1), ...idsOf(40, 'more')]);
  });
});
