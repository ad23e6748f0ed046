import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { folderOf, openStore } from '../support/inbox.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../support/inbox-process.js', import.meta.url));

/** A disk that takes no more from some point on, and more again when it is asked to. */
interface SmallDisk {
  readonly folder: string;
  readonly limit: (child: ChildProcess) => Promise<unknown>;
  readonly grow: (child: ChildProcess) => Promise<unknown>;
}

/** The process may not make files larger: what any user can set. */
async function bySizeOfFiles(t: TestContext): Promise<SmallDisk> {
  const set = async ({ pid }: ChildProcess, bytes: string): Promise<unknown> =>
    await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
  return {
    folder: await folderOf(t),
    limit: async (child) => await set(child, String(3 * 1024 * 1024)),
    grow: async (child) => await set(child, 'unlimited'),
  };
}

/** A file system of 4 MB in memory. */
async function byFileSystem(t: TestContext): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-small-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  t.after(async () => {
    await run('umount', ['--lazy', folder]);
    await rmdir(folder);
  });
  return {
    folder,
    limit: async () => undefined,
    grow: async () => await run('mount', ['-o', 'remount,size=64m', folder]),
  };
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

async function fillAndGrow(t: TestContext, disk: SmallDisk): Promise<void> {
  const path = join(disk.folder, 'inbox.lmdb');
  const { child, next, ask } = obedient(path);
  t.after(() => child.kill('SIGKILL'));
  assert.equal(await next(), 'ready');
  await disk.limit(child);
  const taken: string[] = [];
  let said = await ask('add d-0 100000');
  for (; said?.startsWith('took') === true; said = await ask(`add d-${taken.length} 100000`)) {
    taken.push(`d-${taken.length}`);
  }
  assert.equal(said, 'INBOX_UNAVAILABLE');
  assert.ok(taken.length > 10 && taken.length < 60, `${taken.length} fitted`);
  assert.equal(await ask('add again 100000'), 'INBOX_UNAVAILABLE');

  for (const place of [1, 2, 3, 4]) assert.equal(await ask(`remove ${place}`), 'removed');
  assert.match((await ask('add small 3000')) ?? '', /^took/, 'what was let go makes room');

  await disk.grow(child);
  for (let count = 0; count < 40; count += 1)
    assert.match((await ask(`add more-${count} 100000`)) ?? '', /^took/);
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);

  const store = await openStore(t, { path });
  const ids = [...store.load()].map(({ submission }) => submission.delivery.id);
  const more = Array.from({ length: 40 }, (_, count) => `more-${count}`);
  assert.deepEqual(ids, [...taken.slice(4), 'small', ...more]);
}

suite('inbox › a disk that is full', () => {
  test('files that may not grow: 503, no crash, and it goes on when there is room', async (t) => {
    await fillAndGrow(t, await bySizeOfFiles(t));
  });

  test('a full file system: 503, no crash, and it goes on when there is room', async (t) => {
    if (!(await mayMount())) {
      t.diagnostic(
        'this user may not mount a small file system; the limit on the size of files was tested instead',
      );
      return;
    }
    await fillAndGrow(t, await byFileSystem(t));
  });
});
