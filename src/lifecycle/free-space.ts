import { statfs } from 'node:fs/promises';

/**
 * The least that a disk must have for the graph to be written: LadybugDB ends the whole process where it cannot write
 * its log, and its checkpoints take some.
 */
export const graphMegabytes = 64;

const megabyte = 1024 * 1024;

export async function freeMegabytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Math.floor((bavail * bsize) / megabyte);
}

/** @returns what is wrong, where there is too little space to write the graph; undefined where there is enough */
export async function findShortage(path: string): Promise<string | undefined> {
  const free = await freeMegabytes(path);
  if (free >= graphMegabytes) return undefined;
  return `The disk of ${path} has ${free} MB left; ${graphMegabytes} MB are needed.`;
}
