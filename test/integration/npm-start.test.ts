import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { environment } from '../../src/config/environment.ts';
import { packageRoot } from '../../src/package-root.ts';
import { eventually } from '../support/eventually.ts';

interface Note {
  readonly pid: number;
  readonly url?: string;
}

const note = async (...path: string[]): Promise<Note> =>
  JSON.parse(await readFile(join(...path), 'utf8')) as Note;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// A supervisor knows the process of npm and no other: a shell between npm and the program would end alone.
test('npm start that is told to stop by SIGTERM waits for the program, and leaves nothing running', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-npm-'));
  t.after(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const config = join(folder, 'config.yaml');
  await writeFile(
    config,
    'webhooks: { host: 127.0.0.1, port: 0, providers: { github: { webhook_secret: s } } }\nadmin: { token: t }\n',
  );
  // Without its prestart, which may build what this test runs on.
  const npm = spawn('npm', ['start', '--ignore-scripts', '--silent', '--', '--config', config], {
    cwd: packageRoot,
    env: environment(),
    stdio: 'ignore',
  });
  const exited = once(npm, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const { pid, url = '' } = await eventually(async () => await note(folder, 'data', 'server.json'), 120_000);
  t.after(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGTERM');
  });
  const temporal = await note(folder, 'data', 'temporal', 'server.json');
  assert.ok(isAlive(pid) && isAlive(temporal.pid));
  npm.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual([isAlive(pid), isAlive(temporal.pid)], [false, false]);
  await assert.rejects(fetch(url));
});
