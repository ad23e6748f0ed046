import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { FindOptions } from '../../src/temporal/dev-server/binary.ts';
import { fetchBy, type ProgramOptions } from './program-options.ts';
import { cachePath } from '../../src/temporal/dev-server/find-binary.ts';

/** The server that docker-compose.yml runs; a test holds the two together. */
export const serverVersion = '1.29.1';
const module = 'go.temporal.io/server';
const timeoutMs = 1_500_000;

const run = promisify(execFile);

/** Temporal as it is run beside a database: the server, its schema tool and the schemas. */
export interface ServerBinaries {
  readonly server: string;
  /** Of the programs, named as in Temporal's images. */
  readonly folder: string;
  /** Of which the image of the server makes its configuration. */
  readonly configTemplate: string;
  /** With one folder for each of the two databases, `temporal` and `visibility`. */
  readonly schemas: string;
}

/** From the user's cache, else built with Go: some minutes, once. */
export async function findServerBinaries({
  env,
  onProgress,
  mayFetch,
}: ProgramOptions): Promise<ServerBinaries> {
  const folder = join(dirname(dirname(cachePath(env))), `temporal-server-${serverVersion}`);
  const found = {
    server: join(folder, 'server'),
    folder,
    configTemplate: join(folder, 'config_template.yaml'),
    schemas: join(folder, 'schema'),
  };
  if (await isThere(found.schemas)) return found;
  if (mayFetch === false) throw new Error(`Temporal's server is not built; ${fetchBy}`);
  onProgress(`Building Temporal's server ${serverVersion} with Go, once; 2 to 8 minutes …`);
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(join(dirname(folder), 'new-'));
  try {
    await build(draft, env);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return found;
}

async function build(folder: string, env: FindOptions['env']): Promise<void> {
  const options = {
    env: { ...env, GOBIN: folder } as NodeJS.ProcessEnv,
    timeout: timeoutMs,
    maxBuffer: 1 << 26,
  };
  const programs = ['cmd/server', 'cmd/tools/sql'].map((path) => `${module}/${path}@v${serverVersion}`);
  await run('go', ['install', ...programs], options);
  const { stdout } = await run('go', ['mod', 'download', '-json', `${module}@v${serverVersion}`], options);
  const { Dir: source } = JSON.parse(stdout) as { Dir: string };
  await rename(join(folder, 'sql'), join(folder, 'temporal-sql-tool'));
  await cp(join(source, 'docker', 'config_template.yaml'), join(folder, 'config_template.yaml'));
  await cp(join(source, 'schema', 'postgresql', 'v12'), join(folder, 'schema'), { recursive: true });
  await run('chmod', ['-R', 'u+w', folder]); // Go's modules are read-only, and so would the cache be
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
