import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DataDirLockedError } from '../errors.ts';
import { isRunning, processStart } from './process-identity.ts';

const holder = z.object({ pid: z.number().int(), startedAt: z.string() });

/**
 * Makes this process the only one on a data directory. The file is made exclusively, so of two starts at once one
 * wins; a lock whose process is gone, or whose id another process has now, is taken over.
 *
 * @returns a function that gives the lock back
 * @throws DataDirLockedError which names the process
 */
export async function lockDataDir(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'lock.json');
  const startedAt = (await processStart(process.pid)) ?? '';
  const content = JSON.stringify({ pid: process.pid, startedAt });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(file, content, { flag: 'wx' });
      return async () => await rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await removeStale(file, folder);
    }
  }
  throw new DataDirLockedError(`${folder} is being taken by another process; try again.`);
}

async function removeStale(file: string, folder: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const known = holder.safeParse(parse(text));
  if (known.success && (await isRunning(known.data))) {
    throw new DataDirLockedError(
      `${folder} is in use by process ${known.data.pid}; stop it first, or give this one another data_dir.`,
    );
  }
  await rm(file, { force: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a kill in the middle of writing
  }
}
