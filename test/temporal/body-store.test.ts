import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { StorageDriverClaim } from '@temporalio/common';
import { BodyStore } from '../../src/temporal/body-store.ts';
import { inFolder } from '../support/folder.ts';

const payload = { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('a large body') };

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

suite('temporal › the store of large bodies', () => {
  test('gives back what it was given, by the name alone, to another process too', async () => {
    await inFolder(async (folder) => {
      const claims = await new BodyStore(folder).store({}, [
        payload,
        { ...payload, data: Buffer.from('other') },
      ]);
      const read = await new BodyStore(folder).retrieve({}, claims);
      assert.deepEqual(
        read.map(({ data }) => Buffer.from(data ?? []).toString()),
        ['a large body', 'other'],
      );
      assert.equal(Buffer.from(read[0]?.metadata?.['encoding'] ?? []).toString(), 'binary/plain');
    });
  });

  test('keeps one file of equal bodies and nothing half written', async () => {
    await inFolder(async (folder) => {
      const store = new BodyStore(folder);
      await Promise.all(Array.from({ length: 20 }, async () => await store.store({}, [payload])));
      assert.equal((await filesIn(folder)).length, 1);
    });
  });

  test('a file that is gone, damaged, or no name of one is an error that names it', async () => {
    await inFolder(async (folder) => {
      const store = new BodyStore(folder);
      const [claim] = await store.store({}, [payload]);
      const [file = ''] = await filesIn(folder);
      assert.ok(claim);
      const bytes = await readFile(file);
      bytes[5] = (bytes[5] ?? 0) ^ 1;
      await writeFile(file, bytes);
      await assert.rejects(store.retrieve({}, [claim]), { code: 'BODY_LOST', message: /damaged/ });
      const nowhere = new StorageDriverClaim({ sha256: 'f'.repeat(64) });
      await assert.rejects(store.retrieve({}, [nowhere]), { code: 'BODY_LOST', message: /ENOENT/ });
      const escaping = new StorageDriverClaim({ sha256: '../../etc/passwd' });
      await assert.rejects(store.retrieve({}, [escaping]), {
        code: 'BODY_LOST',
        message: /no(?:t the)? name/,
      });
    });
  });

  test('a sweep takes what nobody has asked for since, and a read renews', async () => {
    await inFolder(async (folder) => {
      const store = new BodyStore(folder);
      const claims = await store.store({}, [payload, { ...payload, data: Buffer.from('other') }]);
      const old = new Date(Date.now() - 10_000);
      for (const file of await filesIn(folder)) await utimes(file, old, old);
      await store.retrieve({}, claims.slice(0, 1));
      assert.equal(await store.sweep(5000), 1);
      assert.equal((await filesIn(folder)).length, 1);
      assert.equal(await store.sweep(60_000), 0);
    });
  });

  test('a sweep leaves alone what others keep in the folder', async () => {
    await inFolder(async (folder) => {
      const store = new BodyStore(folder);
      await store.store({}, [payload]);
      const [body = ''] = await filesIn(folder);
      const others = [join(folder, 'config.yaml'), join(dirname(body), 'notes.txt')];
      const cutOff = `${body}.${crypto.randomUUID()}`;
      for (const path of [...others, cutOff]) await writeFile(path, 'x');
      const old = new Date(Date.now() - 10_000);
      for (const path of [...others, cutOff, body]) await utimes(path, old, old);
      assert.equal(await store.sweep(5000), 2);
      assert.deepEqual((await filesIn(folder)).toSorted(), others.toSorted());
    });
  });
});
