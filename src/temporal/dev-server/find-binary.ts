import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TemporalBinaryMissingError } from '../../errors.ts';
import { answering, type FindOptions, isExecutable, temporalVersion } from './binary.ts';
import { buildWithGo, downloadRelease } from './fetch-binary.ts';

interface Way {
  readonly name: string;
  readonly find: () => Promise<string>;
}

/**
 * The `temporal` program: on PATH, else in this user's cache, else Temporal's own download, else built with Go. What had
 * to be fetched is cached, outside of the checkout.
 *
 * @throws TemporalBinaryMissingError which tells of every way why it did not lead there
 */
export async function findTemporalBinary(options: FindOptions): Promise<string> {
  const cached = cachePath(options.env);
  const ways: readonly Way[] = [
    { name: 'temporal on PATH', find: async () => await onPath(options.env) },
    { name: `the cache (${cached})`, find: async () => await answering(cached, options.env) },
    { name: "Temporal's own download", find: async () => await downloadRelease(cached, options) },
    { name: 'building it with Go', find: async () => await buildWithGo(cached, options) },
  ];
  const failures: string[] = [];
  for (const { name, find } of ways) {
    try {
      return await find();
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`  ${name}: ${firstLineOf(error)}`);
    }
  }
  throw new TemporalBinaryMissingError(
    'No Temporal server could be had. Tried, in this order:\n' +
      '  temporal.address in the configuration: it is "embedded"\n' +
      `${failures.join('\n')}\n` +
      'Do one of these: set temporal.address to a server that runs; install the Temporal CLI ' +
      '(https://docs.temporal.io/cli) so that `temporal` is on PATH; or install Go.',
  );
}

/** Of this user, so that every checkout finds it. */
export function cachePath(env: FindOptions['env']): string {
  const home = env['HOME'] ?? homedir();
  const system = process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  const folder = env['XDG_CACHE_HOME'] || system;
  const extension = process.platform === 'win32' ? '.exe' : '';
  return join(folder, 'flow-state', `temporal-${temporalVersion}`, `temporal${extension}`);
}

async function onPath(env: FindOptions['env']): Promise<string> {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  const failures: string[] = [];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const file = join(folder, name);
    if (!(await isExecutable(file))) continue;
    try {
      return await answering(file, env);
    } catch (error) {
      failures.push(firstLineOf(error));
    }
  }
  throw new Error(failures.length === 0 ? 'there is none' : failures.join('; '));
}

function firstLineOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
