import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessIdentity } from '../../lifecycle/process-identity.ts';
import type { Ports } from './ports.ts';

/** What the next start must know: the process, should it still run, and the addresses to keep. */
export interface ServerRecord extends ProcessIdentity {
  readonly ports: Ports;
}

const port = z.int().min(1).max(65_535);
const schema = z.object({
  pid: z.int(),
  startedAt: z.string(),
  ports: z.object({ frontend: port, ui: port, http: port, metrics: port }),
});

/** The record of the last server of this folder; undefined where there was none. */
export async function readRecord(folder: string): Promise<ServerRecord | undefined> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => '');
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Replaced in one step: with half a record, a kill would leave a server that nobody knows. */
export async function writeRecord(folder: string, record: ServerRecord): Promise<void> {
  const draft = `${fileIn(folder)}.new`;
  await writeFile(draft, `${JSON.stringify(record)}\n`);
  await rename(draft, fileIn(folder));
}

function fileIn(folder: string): string {
  return join(folder, 'server.json');
}
