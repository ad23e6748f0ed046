import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rename, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { InboxUnavailableError } from '../../errors.ts';
import { walkStatus } from './walk-status.ts';

const program = fileURLToPath(new URL('walk.js', import.meta.url));

/** How reading a damaged file may end a process. */
const deadly: ReadonlySet<unknown> = new Set(['SIGBUS', 'SIGSEGV', 'SIGABRT', 'SIGILL', 'SIGFPE']);

/**
 * Lets another process read the whole file, and renames it where that finds it damaged: nothing is deleted, and the
 * inbox begins anew.
 *
 * @throws InboxUnavailableError where the file cannot be read for another reason
 */
export async function setAsideIfDamaged(path: string, log: Logger): Promise<void> {
  if (!(await exists(path))) return;
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [status, signal]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (status === walkStatus.sound) return;
  const reason = said === '' ? (signal ?? `status ${status ?? ''}`) : said;
  if (status !== walkStatus.damaged && !deadly.has(signal)) {
    throw new InboxUnavailableError(`The inbox ${path} cannot be read: ${reason}`);
  }
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(path, aside);
  await rm(`${path}-lock`, { force: true }); // who has the file open; the next one makes it anew
  log.error(
    { file: aside, reason },
    'the inbox was damaged; it is set aside and an empty one begun: deliveries that only it had are in that file',
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
