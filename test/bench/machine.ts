import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';
import { temporalVersion } from '../../src/temporal/dev-server/binary.ts';

const packages = ['@temporalio/worker', '@ladybugdb/core', 'lmdb', 'express', 'bullmq'];
const bytesPerGigabyte = 1_000_000_000;

/** On what it was measured, and with which versions; asked before anything is started, for the load of others. */
export async function describeMachine(command: string): Promise<string> {
  const versions = await Promise.all(packages.map(async (name) => `${name} ${await versionOf(name)}`));
  const redis = await promisify(execFile)('redis-server', ['--version']).then(
    ({ stdout }) => /v=([\d.]+)/.exec(stdout)?.[1] ?? 'unknown',
    () => 'missing',
  );
  const memory = Math.round(totalmem() / bytesPerGigabyte);
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`${command}\`: ${availableParallelism()} cores of ` +
      `${cpus()[0]?.model ?? 'unknown'}, ${memory} GB, ${type()} ${release()}; load before the start ${loadavg()[0]?.toFixed(1) ?? ''}.`,
    `Node ${process.versions.node}, Temporal CLI ${temporalVersion}, ${versions.join(', ')}, Redis ${redis}.\n`,
  ].join('\n');
}

async function versionOf(name: string): Promise<string> {
  const file = join(packageRoot, 'node_modules', name, 'package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}
