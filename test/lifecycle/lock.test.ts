import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockDataDir } from '../../src/lifecycle/lock.ts';
import { isRunning, processStart } from '../../src/lifecycle/process-identity.ts';
import { inFolder } from '../support/folder.ts';

const locker = fileURLToPath(new URL('../support/lock-holder.js', import.meta.url));

suite('lifecycle › the lock of a data directory', () => {
  test('a second process is refused by the id of the first', async () => {
    await inFolder(async (folder) => {
      const release = await lockDataDir(folder);
      await assert.rejects(async () => await lockDataDir(folder), {
        code: 'DATA_DIR_LOCKED',
        message: new RegExp(`process ${process.pid}`),
      });
      await release();
      await (
        await lockDataDir(folder)
      )();
      assert.deepEqual(await readdir(folder), []);
    });
  });

  test('of many starts at once on a stale lock exactly one wins', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'lock.json'), JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '5' }));
      const children = Array.from({ length: 4 }, () =>
        spawn(process.execPath, [locker, folder], { stdio: ['pipe', 'pipe', 'inherit'] }),
      );
      const said = await Promise.all(
        children.map(
          async ({ stdout }) => (await once(createInterface({ input: stdout }), 'line'))[0] as string,
        ),
      );
      for (const child of children) child.stdin.end();
      assert.deepEqual(said.sort(), ['DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'locked']);
    });
  });

  test('a lock of a process that is gone, of a reused id, or half written is taken over', async () => {
    const own = (await processStart(process.pid)) ?? '';
    assert.ok(await isRunning({ pid: process.pid, startedAt: own }));
    for (const stale of [
      { pid: 2 ** 22 - 1, startedAt: '5' },
      { pid: process.pid, startedAt: 'another' },
    ]) {
      await inFolder(async (folder) => {
        await writeFile(join(folder, 'lock.json'), JSON.stringify(stale));
        await (
          await lockDataDir(folder)
        )();
      });
    }
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'lock.json'), '{"pid":');
      await (
        await lockDataDir(folder)
      )();
    });
  });
});
