import process from 'node:process';
import { ABORT } from 'lmdb';
import { InboxDamagedError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';
import { decodeEntry } from './entry.ts';
import { type InboxFile, markKey, openInboxFile } from './file.ts';
import { walkStatus } from './walk-status.ts';

/*
 * A program of its own: reads the file of an inbox from end to end. A damaged one may end the process by a signal,
 * because LMDB maps the file into memory; so this process has nothing to lose.
 */
const gapBytes = 16 * 1024 * 1024;
const [path = ''] = process.argv.slice(2);
process.exit(await walk(path));

async function walk(file: string): Promise<number> {
  try {
    const inbox = openInboxFile(file);
    read(inbox);
    searchFree(inbox);
    await inbox.close();
    return walkStatus.sound;
  } catch (error) {
    process.stderr.write(messageOf(error));
    return isDamage(error) ? walkStatus.damaged : walkStatus.failed;
  }
}

function read(inbox: InboxFile): void {
  let last = markKey;
  let count = inbox.doesExist(markKey) ? 1 : 0;
  for (const { key, value } of inbox.getRange({ start: markKey + 1 })) {
    if (!(key > last)) throw new InboxDamagedError('The entries of the inbox are not in their order.');
    last = key;
    count += 1;
    decodeEntry(value);
  }
  // Where a page of the tree is damaged, LMDB ends as if there were no more.
  const { entryCount } = inbox.getStats() as { entryCount: number };
  if (count !== entryCount) throw new InboxDamagedError(`Of ${entryCount} entries ${count} can be reached.`);
}

/** To place something larger than any gap LMDB reads the list of all of them; it is not kept. */
function searchFree(inbox: InboxFile): void {
  inbox.transactionSync(() => {
    void inbox.put(markKey, Buffer.alloc(gapBytes));
    return ABORT;
  });
}

/** LMDB's own codes are negative; those of the system, such as of a missing permission, say nothing about the file. */
function isDamage(error: unknown): boolean {
  if (error instanceof InboxDamagedError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === undefined || (typeof code === 'number' && code < 0);
}
