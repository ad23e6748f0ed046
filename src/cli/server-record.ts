import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const recordSchema = z.object({ url: z.url(), pid: z.int().positive() });

/**
 * Notes in the data directory where the server of this process answers, so that the commands find it on whatever port
 * it got. The function that is returned takes the note away.
 */
export async function recordServer(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = fileIn(dataDir);
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  return () => rm(file, { force: true });
}

/** Where the server of a data directory answers; undefined where none runs, or one died without a word. */
export async function recordedServer(dataDir: string): Promise<string | undefined> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => '');
  try {
    const { url, pid } = recordSchema.parse(JSON.parse(text));
    return isRunning(pid) ? url : undefined;
  } catch {
    return undefined;
  }
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'server.json');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
