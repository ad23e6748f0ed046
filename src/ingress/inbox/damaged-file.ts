import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rename, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { InboxUnavailableError } from '../../errors.ts';
import { deadlySignals, walkStatus } from './walk-status.ts';

/**
 * Lets another process read the whole file, and renames it where that finds it damaged: nothing is deleted. What is
 * sound in it is copied into the inbox that begins anew.
 *
 * @throws InboxUnavailableError where the file cannot be read for another reason
 */
export async function setAsideIfDamaged(path: string, log: Logger): Promise<void> {
  const salvaged = `${path}.salvaged`;
  if (!(await exists(path))) {
    if (await exists(salvaged)) await rename(salvaged, path); // a start that was killed at its last step
    return;
  }
  const { status, signal, said } = await run('walk', [path]);
  if (status === walkStatus.sound) return;
  const reason = said === '' ? (signal ?? `status ${status ?? ''}`) : said;
  if (status !== walkStatus.damaged && !deadlySignals.has(signal)) {
    throw new InboxUnavailableError(`The inbox ${path} cannot be read: ${reason}`);
  }
  await removeAll([salvaged, `${salvaged}-lock`]); // of a start that was killed before
  const entries = await salvage(path, salvaged);
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(path, aside);
  await rename(salvaged, path);
  await removeAll([`${path}-lock`, `${salvaged}-lock`]); // who has a file open; the next one makes it anew
  log.error(
    { file: aside, reason, entries },
    'the inbox was damaged; its file is set aside, and the sound entries of it go on in a new one',
  );
}

/** @returns how many sound entries were copied */
async function salvage(from: string, to: string): Promise<number> {
  const { status, signal, said, result } = await run('salvage', [from, to]);
  if (status === 0) return Number(result);
  const reason = said === '' ? (signal ?? `status ${status ?? ''}`) : said;
  throw new InboxUnavailableError(`What is sound in ${from} cannot be copied to ${to}: ${reason}`);
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote on its standard output, and on its standard error. */
  readonly result: string;
  readonly said: string;
}

async function run(program: 'walk' | 'salvage', words: readonly string[]): Promise<Ended> {
  const file = fileURLToPath(new URL(`${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [result, said, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { status, signal, result, said };
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
