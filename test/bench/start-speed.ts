import type { ChildProcess } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/package-root.ts';
import { eventually } from '../support/eventually.ts';
import type { Children } from './children.ts';

export interface StartSpeed {
  /** With an empty data directory: the database of Temporal, the namespace and the graph are made. */
  readonly firstMs: number;
  readonly nextMs: number;
}

const configuration = `
webhooks:
  host: 127.0.0.1
  port: 0
  providers:
    clickup: { webhook_secret: of-the-benchmark }
    github: { webhook_secret: of-the-benchmark }
    slack: { webhook_secret: of-the-benchmark }
    discord: { public_key: d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a }
data_dir: ./data
`;

/** From `npm start`, with all four providers, to the line that says that it is ready. */
export async function measureStart(folder: string, children: Children): Promise<StartSpeed> {
  const file = join(folder, 'config.yaml');
  await writeFile(file, configuration);
  return { firstMs: await startOnce(file, children), nextMs: await startOnce(file, children) };
}

async function startOnce(file: string, children: Children): Promise<number> {
  const began = performance.now();
  const child = children.spawn('npm', ['start', '--silent', '--', '--config', file], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await readiness(child);
    return performance.now() - began;
  } finally {
    await children.end(child);
    await hasEnded(join(dirname(file), 'data'));
  }
}

/** The output is read to its end: a program whose pipe is closed ends at once. */
async function readiness({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('npm start has no output');
  const lines = createInterface({ input: stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('Flow-State is ready')) resolve();
    });
    lines.once('close', () => reject(new Error('npm start ended before it was ready')));
  });
}

/** npm ends before the program that it started. */
async function hasEnded(dataDir: string): Promise<void> {
  await eventually(async () => {
    if ((await readdir(dataDir)).includes('lock.json')) throw new Error('the program still runs');
  }, 60_000);
}
