import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { entryMagic, isSound, prefixBytes, readPrefix } from './entry.ts';
import { openInboxFile } from './file.ts';

const chunkBytes = 4 * 1024 * 1024;
/** More than the largest accepted body; a longer entry is none. */
const mostEntryBytes = 32 * 1024 * 1024;
const copiedAtOnce = 200;

/*
 * A program of its own, because LMDB is not to be opened twice by one process: copies every sound entry of a damaged
 * file into a new inbox, wherever it lies. It is read as bytes: the tree that leads to the entries may be what is
 * damaged. Some were done with and are only still there; to submit them once more is harmless. Says how many it copied.
 */
const [from = '', to = ''] = process.argv.slice(2);
process.stdout.write(String(await copy(from, to)));

async function copy(source: string, path: string): Promise<number> {
  const target = openInboxFile(path);
  const file = await open(source);
  const copied = new Set<number>();
  for await (const { sequence, value } of entriesIn(file)) {
    if (copied.has(sequence)) continue;
    copied.add(sequence);
    const written = target.put(sequence, value);
    if (copied.size % copiedAtOnce === 0) await written;
  }
  await file.close();
  await target.close();
  return copied.size;
}

interface Found {
  readonly sequence: number;
  readonly value: Buffer;
}

async function* entriesIn(file: FileHandle): AsyncGenerator<Found> {
  const chunk = Buffer.alloc(chunkBytes);
  for (let start = 0; ; start += chunkBytes - entryMagic.length) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, start);
    const bytes = chunk.subarray(0, bytesRead);
    for (let at = bytes.indexOf(entryMagic); at !== -1; at = bytes.indexOf(entryMagic, at + 1)) {
      const found = await entryAt(file, start + at);
      if (found !== undefined) yield found;
    }
    if (bytesRead < chunkBytes) return;
  }
}

async function entryAt(file: FileHandle, position: number): Promise<Found | undefined> {
  const prefix = Buffer.alloc(prefixBytes);
  if ((await file.read(prefix, 0, prefixBytes, position)).bytesRead < prefixBytes) return undefined;
  const { length, sequence } = readPrefix(prefix);
  if (length < prefixBytes || length > mostEntryBytes || sequence < 1) return undefined;
  const value = Buffer.alloc(length);
  if ((await file.read(value, 0, length, position)).bytesRead < length) return undefined;
  return isSound(value) ? { sequence, value } : undefined;
}
