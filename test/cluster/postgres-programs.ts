import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FindOptions } from '../../src/temporal/dev-server/binary.ts';
import { isExecutable } from '../../src/temporal/dev-server/binary.ts';
import { fetchBy, type ProgramOptions } from './program-options.ts';

const run = promisify(execFile);

/** Where Debian's packages put the programs of each version; elsewhere they are on PATH. */
const debianFolder = '/usr/lib/postgresql';

/** The folder of `postgres` and `initdb`: of this machine, else Debian's, which is installed. */
export async function findPostgres(options: ProgramOptions): Promise<string> {
  const found = await installed();
  if (found !== undefined) return found;
  if (options.mayFetch === false) throw new Error(`PostgreSQL is not installed; ${fetchBy}`);
  await install(options);
  const now = await installed();
  if (now !== undefined) return now;
  throw new Error("No PostgreSQL could be had: install your system's package, such as Debian's postgresql.");
}

async function installed(): Promise<string | undefined> {
  const versions = await readdir(debianFolder).catch(() => []);
  const newestFirst = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => join(debianFolder, name, 'bin'));
  const { stdout } = await run('sh', ['-c', 'command -v initdb']).catch(() => ({ stdout: '' }));
  const onPath = stdout.trim() === '' ? [] : [join(stdout.trim(), '..')];
  for (const folder of [...newestFirst, ...onPath]) {
    const programs = ['postgres', 'initdb'].map((name) => join(folder, name));
    if ((await Promise.all(programs.map(isExecutable))).every(Boolean)) return folder;
  }
  return undefined;
}

/** Without a word to a person who has to give a password: that ends with an error. */
async function install({ env, onProgress }: FindOptions): Promise<void> {
  onProgress("Installing Debian's PostgreSQL …");
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  // Run level 1: the package's own server is not started.
  const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'postgresql']]) {
    const [command = '', ...rest] = [...asRoot, ...settings, 'apt-get', ...args];
    const child = spawn(command, rest, { env: { ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'exit').catch(() => [127])) as [number | null];
    if (code !== 0) throw new Error(`apt-get ${args.join(' ')} ended with ${code ?? 'a signal'}`);
  }
}
