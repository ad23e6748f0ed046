import { statfs } from 'node:fs/promises';

/**
 * The least that a disk must have for the graph to be written: LadybugDB ends the whole process where it cannot write
 * its log, and its checkpoints take some. The inbox, which survives a full disk, goes on below that.
 */
const leastMegabytes = 64;

const megabyte = 1024 * 1024;

/** @returns what is wrong, where there is too little space to write the graph; undefined where there is enough */
export async function findShortage(path: string): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(path);
  const free = Math.floor((bavail * bsize) / megabyte);
  if (free >= leastMegabytes) return undefined;
  return `The disk of ${path} has ${free} MB left; ${leastMegabytes} MB are needed.`;
}
