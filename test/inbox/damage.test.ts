import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openInboxFile } from '../../src/ingress/inbox/file.ts';
import { Inbox } from '../../src/ingress/inbox/inbox.ts';
import type { InboxStore } from '../../src/ingress/inbox/store.ts';
import { folderOf, idsOf, openInbox, openStore, readableLog, roomy, submissionOf } from '../support/inbox.ts';

const program = fileURLToPath(new URL('../support/inbox-process.js', import.meta.url));
const pageBytes = 4096;

/** An inbox with these, closed: half of them in pages of their own, and some let go. */
async function written(t: TestContext, ids: readonly string[]): Promise<string> {
  const path = join(await folderOf(t), 'inbox.lmdb');
  const store = await openStore(t, { path });
  await appendAll(store, ids);
  await store.close();
  return path;
}

async function appendAll(store: InboxStore, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    await store.append(submissionOf(id, id.repeat(index % 2 === 0 ? 3 : 1000)));
  }
}

/** A file before and after one commit; what is appended at once goes in two now and then. */
async function aroundCommit(t: TestContext, ids: readonly string[], more: readonly string[]) {
  for (;;) {
    const path = await written(t, ids);
    const [before, last] = [await readFile(path), await lastCommitOf(path)];
    const store = await openStore(t, { path });
    for (const entry of store.load()) void entry;
    await Promise.all(
      more.map(async (id, index) => {
        await store.append(submissionOf(id, id.repeat(index % 2 === 0 ? 3 : 1000)));
      }),
    );
    await store.close();
    if ((await lastCommitOf(path)) === last + 1) return { before, after: await readFile(path) };
  }
}

async function lastCommitOf(path: string): Promise<number> {
  const file = openInboxFile(path);
  const { lastTxnId } = file.getStats() as { lastTxnId: number };
  await file.close();
  return lastTxnId;
}

async function pagesOf(path: string): Promise<number> {
  return (await stat(path)).size / pageBytes;
}

async function overwrite(path: string, page: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, page * pageBytes);
  await file.close();
}

async function missingOf(t: TestContext, path: string, ids: readonly string[]) {
  const { lines, log } = readableLog();
  const inbox = await openInbox(t, { path, log });
  const missing = ids.filter((id) => inbox.find('acme', id) === undefined);
  const damages = lines.filter(({ msg }) => msg.startsWith('the inbox was damaged'));
  return { inbox, missing, damages };
}

/** Lets a process write until it has said so many ids, and kills it in the middle of it. */
async function killedWriter(path: string, name: string, count: number): Promise<string[]> {
  const child: ChildProcess & { stdout: NodeJS.ReadableStream } = spawn(
    process.execPath,
    [program, 'writes', path, name],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const acknowledged: string[] = [];
  createInterface({ input: child.stdout }).on('line', (id) => {
    acknowledged.push(id);
    if (acknowledged.length === count) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return acknowledged;
}

suite('inbox › killed and torn', () => {
  test('of a writer that is killed -9 again and again, everything that it acknowledged is there', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const ledger: string[] = [];
    for (let kill = 0; kill < 8; kill += 1) {
      const acknowledged = await killedWriter(path, `w${kill}`, 1 + kill * 90);
      assert.ok(acknowledged.length > kill * 90);
      ledger.push(...acknowledged);
    }
    const { missing, damages } = await missingOf(t, path, ledger);
    assert.deepEqual([missing, damages], [[], []]);
    assert.equal(new Set(ledger).size, ledger.length);
  });

  test('a write that the power cut short, whichever of its pages the disk has, leaves what was before it', async (t) => {
    const ids = idsOf(60);
    const { before, after } = await aroundCommit(t, ids, idsOf(40, 'more'));
    const changed = Array.from({ length: after.length / pageBytes }, (_, page) => page).filter((page) => {
      const [start, end] = [page * pageBytes, (page + 1) * pageBytes];
      return page > 1 && !after.subarray(start, end).equals(before.subarray(start, end)); // 0 and 1 name the state
    });
    assert.ok(changed.length > 20, `${changed.length} changed`);
    for (const every of [1, 2, 3, 5]) {
      const torn = Buffer.concat([before, Buffer.alloc(Math.max(0, after.length - before.length))]);
      for (const page of changed.filter((_, index) => index % every === 0)) {
        after.copy(torn, page * pageBytes, page * pageBytes, (page + 1) * pageBytes - (page % 3) * 1000);
      }
      const mixed = join(await folderOf(t), 'inbox.lmdb');
      await writeFile(mixed, torn);
      const { inbox, missing, damages } = await missingOf(t, mixed, ids);
      assert.deepEqual([missing, damages, inbox.status().entries], [[], [], ids.length]);
      await inbox.add(submissionOf('goes on'));
    }
  });

  test('a file that lost its end is set aside; what is left of it goes on', async (t) => {
    const ids = idsOf(200);
    const path = await written(t, ids);
    await truncate(path, (await pagesOf(path)) * pageBytes - 20 * pageBytes - 100);
    const { inbox, missing, damages } = await missingOf(t, path, ids);
    assert.equal(damages.length, 1);
    assert.ok(missing.length <= 40, `${missing.length} missing`);
    assert.equal(inbox.status().entries, ids.length - missing.length);
  });
});

suite('inbox › a damaged file', () => {
  test('wherever one page is destroyed, the start finds it or it holds nothing, and loses that page alone', async (t) => {
    const ids = idsOf(120);
    const path = await written(t, ids);
    const pages = await pagesOf(path);
    const whole = await readFile(path);
    let found = 0;
    for (let page = 2; page < pages; page += Math.ceil(pages / 14)) {
      const copy = join(await folderOf(t), 'inbox.lmdb');
      await writeFile(copy, whole);
      await overwrite(copy, page);
      const { inbox, missing, damages } = await missingOf(t, copy, ids);
      found += damages.length;
      if (damages.length === 0) assert.deepEqual(missing, [], `page ${page} was damaged in silence`);
      assert.ok(missing.length <= 40, `page ${page}: ${missing.length} are missing`);
      await inbox.add(submissionOf('goes on'));
    }
    assert.ok(found >= 5, `${found} found`);
  });

  test('is set aside under the name that the log tells, and what was sound is submitted', async (t) => {
    const ids = idsOf(30);
    const path = await written(t, ids);
    const contents = await readFile(path);
    const half = Math.floor((await pagesOf(path)) / 2);
    for (const page of [0, 1, half]) await overwrite(path, page); // the pages that name the state of the file, too
    const destroyed = await readFile(path);
    assert.notDeepEqual(destroyed, contents);

    const { inbox, missing, damages } = await missingOf(t, path, ids);
    assert.equal(damages.length, 1);
    const { file, entries, level, reason } = damages[0] ?? assert.fail();
    assert.match(String(file), /inbox\.lmdb\.damaged-\d{4}-\d\d-\d\dT/);
    assert.deepEqual(await readFile(String(file)), destroyed, 'not a byte of it is changed');
    assert.deepEqual([level, entries], [50, ids.length - missing.length]);
    assert.notEqual(reason, '');
    assert.ok(missing.length <= 1, `${missing.length} missing`);
    assert.equal(inbox.status().depth, ids.length - missing.length);
    await inbox.close();

    const again = await missingOf(t, path, ids);
    assert.deepEqual(again.damages, [], 'the new one is sound');
    const files = (await readdir(dirname(path))).sort();
    assert.deepEqual(files, ['inbox.lmdb', 'inbox.lmdb-lock', basename(String(file))]);
  });

  test('a file that is no inbox at all is set aside as well', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    await writeFile(path, Buffer.alloc(3 * pageBytes, 'something else'));
    const { inbox, damages } = await missingOf(t, path, []);
    assert.deepEqual([damages.length, damages[0]?.['entries']], [1, 0]);
    await inbox.add(submissionOf('goes on'));
  });

  test('what cannot be read for another reason is left where it is', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    await mkdir(path); // root may read whatever its rights are, but no folder as a file
    await assert.rejects(async () => await Inbox.open({ path, maxBytes: roomy, log: readableLog().log }), {
      code: 'INBOX_UNAVAILABLE',
    });
    assert.ok((await stat(path)).isDirectory());
  });
});
