import process from 'node:process';
import { InboxDamagedError } from '../../errors.ts';
import { decodeEntry } from './entry.ts';
import { openInboxFile } from './file.ts';
import { walkStatus } from './walk-status.ts';

/*
 * A program of its own: reads the file of an inbox from end to end. A damaged one may end the process by a signal,
 * because LMDB maps the file into memory; so this process has nothing to lose.
 */
const [path = ''] = process.argv.slice(2);
process.exit(await walk(path));

async function walk(file: string): Promise<number> {
  try {
    const inbox = openInboxFile(file);
    for (const { value } of inbox.getRange()) decodeEntry(value);
    await inbox.close();
    return walkStatus.sound;
  } catch (error) {
    process.stderr.write(error instanceof Error ? error.message : String(error));
    return isDamage(error) ? walkStatus.damaged : walkStatus.failed;
  }
}

/** LMDB's own codes are negative; those of the system, such as of a missing permission, say nothing about the file. */
function isDamage(error: unknown): boolean {
  if (error instanceof InboxDamagedError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === undefined || (typeof code === 'number' && code < 0);
}
