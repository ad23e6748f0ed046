import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rename, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { InboxUnavailableError } from '../../errors.ts';
import { deadlySignals, walkStatus } from './walk-status.ts';

/**
 * Lets another process read the whole file, and renames it where that finds it damaged: nothing is deleted. What can
 * be read of it is copied, by further processes, into the inbox that begins anew.
 *
 * @throws InboxUnavailableError where the file cannot be read for another reason
 */
export async function setAsideIfDamaged(path: string, log: Logger): Promise<void> {
  if (!(await exists(path))) return;
  const { status, signal, said } = await run('walk', [path]);
  if (status === walkStatus.sound) return;
  const reason = said === '' ? (signal ?? `status ${status ?? ''}`) : said;
  if (status !== walkStatus.damaged && !deadlySignals.has(signal)) {
    throw new InboxUnavailableError(`The inbox ${path} cannot be read: ${reason}`);
  }
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(path, aside);
  await removeLockOf(path);
  // From both ends: a damage in the middle leaves what is behind it.
  for (const direction of ['forward', 'backward']) await run('salvage', [aside, path, direction]);
  await removeLockOf(aside);
  log.error(
    { file: aside, reason },
    'the inbox was damaged; its file is set aside, and what can be read of it goes on in a new one',
  );
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote on its standard error. */
  readonly said: string;
}

async function run(program: 'walk' | 'salvage', words: readonly string[]): Promise<Ended> {
  const file = fileURLToPath(new URL(`${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [status, signal]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { status, signal, said };
}

/** Who has a file open; the next one makes it anew. */
async function removeLockOf(path: string): Promise<void> {
  await rm(`${path}-lock`, { force: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
