import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Payload, type StorageDriver, StorageDriverClaim } from '@temporalio/common';
import proto from '@temporalio/proto';
import { BodyLostError } from '../errors.ts';
import { sizeMarker } from './body-codec.ts';

const PayloadProto = proto.temporal.api.common.v1.Payload;

/** Written to be found by any version of the program. */
const driverName = 'flowstate-bodies';

/**
 * Bodies too large for Temporal, as files named by the SHA-256 of their contents. One is on disk before the workflow
 * starts; what goes through Temporal's history is its name. Every read renews a file's age, so a body stays as long as
 * anything asks for it, and for `keepMs` after.
 */
export class BodyStore implements StorageDriver {
  readonly name = driverName;
  readonly type = 'flowstate.files';
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async store(_context: unknown, payloads: Payload[]): Promise<StorageDriverClaim[]> {
    return await Promise.all(payloads.map(async (payload) => await this.#write(payload)));
  }

  /** @throws BodyLostError where a file is missing or not what it was */
  async retrieve(_context: unknown, claims: StorageDriverClaim[]): Promise<Payload[]> {
    return await Promise.all(
      claims.map(async ({ claimData }) => await this.#read(claimData['sha256'] ?? '')),
    );
  }

  /** Deletes what nobody has read or written for so long. @returns how many */
  async sweep(keepMs: number, now = Date.now()): Promise<number> {
    const names = await readdir(this.#folder, { recursive: true }).catch(() => []);
    let deleted = 0;
    for (const name of names) {
      if (!ownName.test(name)) continue; // others may keep files here
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true || now - found.mtimeMs < keepMs) continue;
      await unlink(path).catch(ignoreMissing);
      deleted += 1;
    }
    return deleted;
  }

  async #write(payload: Payload): Promise<StorageDriverClaim> {
    const data = PayloadProto.encode(payload).finish();
    const sha256 = digest(data);
    const path = this.#pathOf(sha256);
    if (!(await renew(path))) await writeDurably(path, data);
    const size = payload.metadata?.[sizeMarker];
    return new StorageDriverClaim({
      sha256,
      // For people who see the reference in the Temporal UI; the name alone finds the file.
      file: nameOf(sha256),
      file_bytes: String(data.length),
      ...(size === undefined ? {} : { body_bytes: Buffer.from(size).toString() }),
    });
  }

  async #read(sha256: string): Promise<Payload> {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new BodyLostError('A reference to a body is not the name of one.');
    const path = this.#pathOf(sha256);
    const data = await readFile(path).catch((error: unknown) => {
      throw new BodyLostError(`The body ${sha256} cannot be read in ${this.#folder}: ${codeOf(error)}.`);
    });
    if (digest(data) !== sha256) throw new BodyLostError(`The body ${path} is damaged.`);
    await renew(path);
    return PayloadProto.decode(data);
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, nameOf(sha256));
  }
}

/** A body, or what a write that was cut off left of one. */
const ownName = /^[0-9a-f]{2}[/\\][0-9a-f]{64}(\.[0-9a-f-]{36})?$/;

function nameOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** The whole file or none of it: what stands under the name is complete and on disk. */
async function writeDurably(path: string, data: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${crypto.randomUUID()}`;
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  for (const parent of [folder, dirname(folder)]) await syncFolder(parent);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function renew(path: string): Promise<boolean> {
  const now = new Date();
  return await utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

function digest(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
