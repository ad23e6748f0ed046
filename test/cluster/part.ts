import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '../../src/cli/role.ts';
import { environment } from '../../src/config/environment.ts';
import { packageRoot } from '../../src/package-root.ts';
import { hasEnded, type Process, startProcess, stopProcess, waitFor } from './processes.ts';

export interface PartOptions {
  readonly role: Role;
  /** Names its folder, which a later start has again. */
  readonly name: string;
  readonly folder: string;
  readonly configFile: string;
  /** What the configuration names. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A process of the program, as a container of docker-compose.yml runs it. */
export interface Part {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** SIGTERM. @returns what it ended with */
  stop(): Promise<number | NodeJS.Signals>;
  kill(): Promise<void>;
}

export async function startPart({ role, name, folder, configFile, variables }: PartOptions): Promise<Part> {
  const dataDir = join(folder, name);
  await mkdir(dataDir, { recursive: true });
  const { PATH = '', HOME = '' } = environment();
  const process_ = await startProcess({
    name,
    command: process.execPath,
    args: [join(packageRoot, 'dist', 'src', 'main.js'), '--config', configFile, role, '--port', '0'],
    logFile: join(folder, `${name}.log`),
    options: {
      cwd: folder,
      env: { PATH, HOME, FLOWSTATE_HOST: '127.0.0.1', FLOWSTATE_DATA_DIR: dataDir, ...variables },
    },
  });
  const url = await waitFor(process_, async () => await readyUrl(process_, dataDir));
  return {
    name,
    url,
    pid: process_.child.pid ?? 0,
    hasEnded: () => hasEnded(process_),
    stop: async () => await stopProcess(process_),
    kill: async () => void (await stopProcess(process_, 'SIGKILL')),
  };
}

/** @throws while it is not ready, or the note is one of an earlier process */
async function readyUrl({ child }: Process, dataDir: string): Promise<string> {
  const note = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as {
    url: string;
    pid: number;
  };
  if (note.pid !== child.pid) throw new Error('the note is of an earlier process');
  const { status } = await fetch(`${note.url}/readyz`);
  if (status !== 200) throw new Error(`/readyz answers ${status}`);
  return note.url;
}
