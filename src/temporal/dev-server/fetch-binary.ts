import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { answering, type FindOptions, temporalVersion } from './binary.ts';

const downloadTimeoutMs = 180_000;
const goTimeoutMs = 900_000;
const module = `github.com/temporalio/cli/cmd/temporal@v${temporalVersion}`;

const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const machines: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The archive that Temporal publishes, unpacked into the cache. https://docs.temporal.io/cli/setup-cli */
export async function downloadRelease(target: string, options: FindOptions): Promise<string> {
  const system = systems[platform()];
  const machine = machines[arch()];
  if (system === undefined || machine === undefined)
    throw new Error(`there is none for ${platform()} ${arch()}`);
  const base = options.downloadUrl ?? 'https://temporal.download/cli/archive';
  const url = `${base}/v${temporalVersion}?platform=${system}&arch=${machine}`;
  const signal = within(downloadTimeoutMs, options);
  return await telling(`Downloading Temporal ${temporalVersion}`, options, async () => {
    return await intoCache(target, options, async (folder) => {
      const archive = join(folder, 'temporal.tar.gz');
      await download(url, archive, signal);
      await promisify(execFile)('tar', ['-xf', archive, '-C', folder], { signal });
    });
  });
}

async function download(url: string, file: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw new Error(`it cannot be reached (${reasonOf(error)})`, { cause: error });
  });
  if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file), { signal });
}

/** Some minutes, once; the modules come from the user's Go proxy. */
export async function buildWithGo(target: string, options: FindOptions): Promise<string> {
  const what = `Building Temporal ${temporalVersion} with Go, once; about 3 minutes`;
  return await telling(what, options, async () => {
    return await intoCache(target, options, async (folder) => {
      await runGo(['install', module], { ...options.env, GOBIN: folder }, within(goTimeoutMs, options));
    });
  });
}

function within(ms: number, { signal }: FindOptions): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** Says what takes so long, at its beginning and every 15 seconds. */
async function telling<T>(what: string, { onProgress }: FindOptions, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  onProgress(`${what} …`);
  const timer = setInterval(() => {
    onProgress(`${what} (${Math.round((Date.now() - startedAt) / 1000)} s so far) …`);
  }, 15_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

async function runGo(args: readonly string[], env: FindOptions['env'], signal: AbortSignal): Promise<void> {
  const child = spawn('go', args, {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal, // not `timeout`: where there is no go, its timer would keep this process for a quarter of an hour
  });
  let last = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (last = text.trim().split('\n').at(-1) ?? last));
  const [code] = (await once(child, 'exit').catch((error: unknown) => {
    throw new Error(`go cannot be run (${reasonOf(error)})`);
  })) as [number | null];
  if (code !== 0) throw new Error(`go install ended with ${code ?? 'a signal'}: ${last.slice(0, 200)}`);
}

/** Makes the file beside its place and moves it there: two starts at once do not meet half a file. */
async function intoCache(
  target: string,
  { env }: FindOptions,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), 'new-'));
  try {
    await make(folder);
    const made = join(folder, platform() === 'win32' ? 'temporal.exe' : 'temporal');
    await chmod(made, 0o755);
    await answering(made, env);
    await rename(made, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
