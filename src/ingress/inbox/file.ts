import { open, type RootDatabase } from 'lmdb';

/** Entries by their place in the order, from 1; below them the mark. */
export type InboxFile = RootDatabase<Buffer, number>;

export const markKey = 0;

/**
 * Opens the file of the inbox. With overlapping sync a write is first committed, which readers of this machine see, and
 * then flushed: only then the disk has it. Who only looks must open it the same way, because these settings decide
 * which of its last states a file goes back to after a power cut. No write map: a stray pointer could write into it.
 * No batching of turns: LMDB begins such a batch with a promise of its own, whose rejection nobody can take, so that a
 * full disk would end the process.
 */
export function openInboxFile(path: string): InboxFile {
  return open<Buffer, number>({
    path,
    noSubdir: true,
    encoding: 'binary',
    overlappingSync: true,
    separateFlushed: true,
    eventTurnBatching: false,
  });
}
