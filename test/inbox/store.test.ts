import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { openInboxFile } from '../../src/ingress/inbox/file.ts';
import type { InboxStore } from '../../src/ingress/inbox/store.ts';
import { eventually } from '../support/eventually.ts';
import { folderOf, idsOf, lateEngine, openStore, submissionOf } from '../support/inbox.ts';

function idsIn(store: InboxStore): string[] {
  return [...store.load()].map(({ submission }) => submission.delivery.id);
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const turns = (async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return pending;
  })();
  return (await Promise.race([promise, turns])) !== pending;
}

suite('inbox › the file', () => {
  test('keeps what is appended, byte for byte and in its order, for the next process', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const store = await openStore(t, { path });
    const large = submissionOf('large', '\u0000ÿ"\\'.repeat(100_000));
    const ids = idsOf(300);
    await Promise.all([...ids.map((id) => store.append(submissionOf(id))), store.append(large)]);
    await store.close();

    const next = await openStore(t, { path });
    const stored = [...next.load()];
    assert.deepEqual(
      stored.map(({ submission }) => submission.delivery.id),
      [...ids, 'large'],
    );
    const { sequence, submission } = stored.at(-1) ?? assert.fail();
    assert.deepEqual(submission, { ...large, body: Buffer.from(large.body) });
    assert.deepEqual(next.read(sequence), submission);
    assert.equal(next.bytes, store.bytes);
    assert.equal(await next.append(submissionOf('after')), sequence + 1);
  });

  test('LMDB resolves a put at its commit, which is before its flush', async (t) => {
    const file = openInboxFile(join(await folderOf(t), 'inbox.lmdb'));
    t.after(async () => await file.close());
    const order: string[] = [];
    for (let round = 1; round <= 20; round += 1) {
      const written = file.put(round, Buffer.alloc(20_000)) as Promise<boolean> & {
        flushed: Promise<boolean>;
      };
      const note = (what: string) => (): unknown => order.push(`${what} ${round}`);
      await Promise.all([written.then(note('committed')), written.flushed.then(note('flushed'))]);
    }
    const expected = Array.from({ length: 20 }, (_, index) => [
      `committed ${index + 1}`,
      `flushed ${index + 1}`,
    ]);
    assert.deepEqual(order, expected.flat());
  });

  test('an append waits for the flush although the commit can be read', async (t) => {
    const { openEngine, flush, puts } = lateEngine();
    const store = await openStore(t, { openEngine });
    const appended = store.append(submissionOf('late'));
    await eventually(async () => assert.equal(await puts[0], true)); // LMDB says: committed
    assert.notEqual(store.read(1), undefined);
    assert.equal(await isSettled(appended), false);
    flush();
    assert.equal(await appended, 1);
  });

  test('a disk that does not flush in time refuses, and what it may have is taken back', async (t) => {
    const { openEngine, flush } = lateEngine();
    const store = await openStore(t, { openEngine });
    await assert.rejects(async () => await store.append(submissionOf('late')), {
      code: 'INBOX_UNAVAILABLE',
      status: 503,
    });
    assert.equal(store.bytes, 0);
    while (store.read(1) !== undefined) await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(async () => await store.check(), { code: 'INBOX_UNAVAILABLE' });
    flush();
    await store.check();
    assert.equal(await store.append(submissionOf('again')), 2);
  });

  test('is bound by its bytes, whole pages each, over a restart; what is removed makes room', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const maxBytes = 1024 * 1024;
    const store = await openStore(t, { path, maxBytes });
    const body = 'x'.repeat(10_000); // three pages with its head
    let taken = 0;
    await assert.rejects(
      async () => {
        for (; ; taken += 1) await store.append(submissionOf(`d-${taken}`, body));
      },
      { code: 'INBOX_FULL', status: 503, retryAfterSeconds: 30 },
    );
    assert.equal(taken, Math.floor(maxBytes / (3 * 4096)));
    assert.equal(store.isCrowded, true);
    await store.close();

    const next = await openStore(t, { path, maxBytes });
    assert.equal(idsIn(next).length, taken);
    await assert.rejects(async () => await next.append(submissionOf('more', body)), { code: 'INBOX_FULL' });
    await next.remove([1]);
    await next.append(submissionOf('more', body));
    await assert.rejects(async () => await next.append(submissionOf('most', body)), { code: 'INBOX_FULL' });
  });

  test('the file does not grow while what comes and goes stays within the bound', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const file = openInboxFile(path);
    const sizeNow = (): number => (file.getStats() as { lastPageNumber: number }).lastPageNumber;
    const round = async (first: number): Promise<void> => {
      for (let key = first; key < first + 200; key += 1) void file.put(key, Buffer.alloc(14_000, key));
      await file.flushed;
      for (let key = first; key < first + 200; key += 1) void file.remove(key);
      await file.flushed;
    };
    for (let done = 0; done < 25; done += 1) await round(1 + done * 200);
    // Without reuse it would have 25 times what is there at once; pages are free again a commit or two after they are left.
    const atOnce = 200 * 4;
    assert.ok(sizeNow() < 3 * atOnce, `${sizeNow()} pages for ${atOnce} at once`);
    await file.close();
  });

  test('a mark says what Temporal had already, and places are not given twice', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const store = await openStore(t, { path });
    for (const id of ['a', 'b', 'c']) await store.append(submissionOf(id));
    await store.markBefore(3);
    await store.remove([1, 2, 3]);
    await store.close();
    const next = await openStore(t, { path });
    assert.equal(next.mark, 3);
    assert.deepEqual(idsIn(next), []);
    assert.equal(await next.append(submissionOf('d')), 3);
  });
});
