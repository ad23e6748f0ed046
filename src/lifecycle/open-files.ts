import { readFile } from 'node:fs/promises';

/** What everything but connections needs, with room: without a file left, the Temporal SDK's sandbox ends the process. */
const reserved = 400;
const fewest = 16;

/** How many connections the limit of open files allows for, at most `wanted`; a server may take twice as many. */
export async function affordableConnections(wanted: number): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => ''); // elsewhere than on Linux
  const [, files] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  if (files === undefined) return wanted;
  return Math.max(fewest, Math.min(wanted, Math.floor((Number(files) - reserved) / 2)));
}
