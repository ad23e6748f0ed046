import assert from 'node:assert/strict';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { keepBodies } from '../../src/cli/keep-bodies.ts';
import { readConfig } from '../../src/config/load.ts';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { BodyStore } from '../../src/temporal/body-store.ts';
import { inFolder } from '../support/folder.ts';
import { silent } from '../support/temporal.ts';

const payload = { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('a large body') };

/** @returns whether a body that nothing has read for so many days is there after a sweep */
async function isKept(days: number, retentionDays: number): Promise<boolean> {
  let left: string[] = [];
  await inFolder(async (folder) => {
    const filesIn = async (): Promise<string[]> => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    };
    await new BodyStore(folder).store({}, [payload]);
    const then = new Date(Date.now() - days * 86_400_000);
    for (const file of await filesIn()) await utimes(file, then, then);
    const text = `bodies_dir: ${folder}\ntemporal: { retention_days: ${retentionDays} }`;
    const { config } = readConfig(text, { file: join(folder, 'config.yaml'), env: {}, providers: new Map() });
    const shutdown = new Shutdown(silent);
    keepBodies({ config, log: silent }, shutdown);
    assert.ok(await shutdown.run());
    left = await filesIn();
  });
  return left.length === 1;
}

suite('cli › large bodies are kept', () => {
  test('for 32 days where the retention is shorter, so that none is gone that waits for workers', async () => {
    assert.deepEqual([await isKept(31, 1), await isKept(33, 1)], [true, false]);
  });

  test('for two days more than a longer retention', async () => {
    assert.deepEqual([await isKept(61, 60), await isKept(63, 60)], [true, false]);
  });
});
