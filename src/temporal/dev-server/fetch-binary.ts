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
  options.onProgress(`Downloading Temporal ${temporalVersion} …`);
  return await intoCache(target, options, async (folder) => {
    const signal = AbortSignal.any([
      AbortSignal.timeout(downloadTimeoutMs),
      ...(options.signal ? [options.signal] : []),
    ]);
    const response = await fetch(`${base}/v${temporalVersion}?platform=${system}&arch=${machine}`, {
      signal,
    }).catch((error: unknown) => {
      throw new Error(`it cannot be reached (${reasonOf(error)})`);
    });
    if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
    const archive = join(folder, 'temporal.tar.gz');
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
    await promisify(execFile)('tar', ['-xf', archive, '-C', folder]);
  });
}

/** Some minutes, once; the modules come from the user's Go proxy. */
export async function buildWithGo(target: string, options: FindOptions): Promise<string> {
  const startedAt = Date.now();
  const tell = (): void => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    options.onProgress(
      `Building Temporal ${temporalVersion} with Go, once; about 3 minutes (${seconds} s so far) …`,
    );
  };
  tell();
  const timer = setInterval(tell, 15_000);
  try {
    return await intoCache(target, options, async (folder) => {
      await runGo(['install', module], { ...options.env, GOBIN: folder }, options.signal);
    });
  } finally {
    clearInterval(timer);
  }
}

async function runGo(
  args: readonly string[],
  env: FindOptions['env'],
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = spawn('go', args, {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: goTimeoutMs,
    ...(signal === undefined ? {} : { signal }),
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
