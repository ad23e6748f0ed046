import process from 'node:process';
import { decodeEntry } from './entry.ts';
import { type InboxFile, markKey, openInboxFile } from './file.ts';

/*
 * A program of its own: copies what can be read of a damaged inbox into a new one, from one of its ends until it meets
 * the damage, which may end this process. What it has copied by then is kept.
 */
const [from = '', to = '', direction = 'forward'] = process.argv.slice(2);
const copiedAtOnce = 100;
const target = openInboxFile(to);
await copy(openInboxFile(from), direction === 'backward');
await target.close();
process.exit(0);

async function copy(source: InboxFile, isBackward: boolean): Promise<void> {
  const range = isBackward ? { reverse: true, end: markKey + 1 } : { start: markKey + 1 };
  let last = isBackward ? Infinity : markKey;
  let copied = 0;
  for (const { key, value } of source.getRange(range)) {
    if (isBackward ? !(key < last) : !(key > last)) return;
    last = key;
    if (target.doesExist(key)) return;
    if (!isSound(value)) continue;
    const written = target.put(key, value);
    copied += 1;
    if (copied % copiedAtOnce === 0) await written;
  }
  await target.flushed;
}

function isSound(value: Buffer): boolean {
  try {
    decodeEntry(value);
    return true;
  } catch {
    return false;
  }
}
