import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DataDirLockedError } from '../errors.ts';
import { isRunning, processStart } from './process-identity.ts';

const holder = z.object({ pid: z.number().int(), startedAt: z.string() });
const attempts = 5;

/**
 * Makes this process the only one on a data directory. The file appears exclusively and with its content, so of two
 * starts at once one wins; a lock whose process is gone, or whose id another process has now, is taken over.
 *
 * @returns a function that gives the lock back
 * @throws DataDirLockedError which names the process
 */
export async function lockDataDir(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'lock.json');
  const draft = `${file}.${process.pid}`;
  const startedAt = (await processStart(process.pid)) ?? '';
  await writeFile(draft, JSON.stringify({ pid: process.pid, startedAt }));
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await appears(draft, file)) return async () => await rm(file, { force: true });
      await removeStale(file, folder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new DataDirLockedError(`${folder} is being taken by another process; try again.`);
}

/** @returns whether the file was not there before */
async function appears(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** @throws DataDirLockedError where its process runs */
async function removeStale(file: string, folder: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const known = holder.safeParse(parse(text));
  if (known.success && (await isRunning(known.data))) {
    throw new DataDirLockedError(
      `${folder} is in use by process ${known.data.pid}; stop it first, or give this one another data_dir.`,
    );
  }
  // Moved away and read again: another start may have replaced the stale lock with its own, which is put back.
  const stale = `${file}.${process.pid}.stale`;
  await rename(file, stale).catch(ignoreMissing);
  const removed = await readFile(stale, 'utf8').catch(() => text);
  if (removed !== text) await appears(stale, file);
  await rm(stale, { force: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a machine that lost its power
  }
}
