import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { flowstate, folderWith } from './run.ts';

const sound = `webhooks:
  port: 8123
  providers:
    billing: { type: custom, preset: stripe, webhook_secret: "\${BILLING}" }
    later: { enabled: false, webhook_secret: x }
admin: { token: t }
`;

test('--version prints the version of the package', async () => {
  const file = new URL('../../../package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  assert.deepEqual(await flowstate(['--version']), { status: 0, out: `${version}\n`, err: '' });
});

test(
  'the built command is a program, as `npx flowstate` starts it',
  { skip: process.platform === 'win32' },
  async () => {
    const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
    const { stdout } = await promisify(execFile)(main, ['--version']);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  },
);

test('--help lists the commands and the exit statuses', async () => {
  const { status, out } = await flowstate(['--help']);
  assert.equal(status, 0);
  assert.match(out, /check-config/);
  assert.match(out, /send /);
  assert.match(out, /78 {2}the configuration is wrong/);
});

for (const words of [
  [],
  ['nonsense'],
  ['check-config', '--colour'],
  ['send'],
  ['send', 'x', '--count', '0'],
]) {
  test(`a wrong command line ends with 2: flowstate ${words.join(' ')}`, async () => {
    const { status, out, err } = await flowstate(words);
    assert.equal(status, 2);
    assert.equal(out, '');
    assert.notEqual(err, '');
  });
}

test('check-config tells what a sound file sets up, and its warnings apart', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': sound });
  const { status, out, err } = await flowstate(['check-config'], { cwd, env: { BILLING: 's' } });
  assert.equal(status, 0);
  assert.match(out, /config\.yaml is sound/);
  assert.match(out, /http:\/\/0\.0\.0\.0:8123/);
  assert.match(out, /providers {2}billing \(custom\), later disabled/);
  assert.match(err, /^warning: webhooks\.providers\.later: no provider is called later/);
});

test('check-config tells every problem with its path, and ends with 78', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': `${sound}prot: 1\n` });
  const { status, out, err } = await flowstate(['check-config'], { cwd });
  assert.equal(status, 78);
  assert.equal(out, '');
  assert.match(err, /^flowstate: CONFIG_INVALID: config\.yaml has 2 problem\(s\):\n/);
  assert.match(err, /webhooks\.providers\.billing\.webhook_secret: needs the environment variable BILLING/);
  assert.match(err, /prot: is not a setting/);
});

test('check-config --json prints the problems as JSON', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': 'prot: 1\n' });
  const { status, out } = await flowstate(['check-config', '--json'], { cwd });
  assert.equal(status, 78);
  const { valid, problems } = JSON.parse(out) as { valid: boolean; problems: { path: string }[] };
  assert.equal(valid, false);
  assert.deepEqual(
    problems.map((problem) => problem.path),
    ['prot'],
  );
});

test('the file is the one that --config names, else FLOWSTATE_CONFIG, else config.yaml', async (t) => {
  const cwd = await folderWith(t, { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1', 'config.yaml': 'c: 1' });
  const env = { FLOWSTATE_CONFIG: 'b.yaml' };
  const named = await flowstate(['check-config', '--config', 'a.yaml'], { cwd, env });
  const before = await flowstate(['-c', 'a.yaml', 'check-config'], { cwd, env });
  const byEnvironment = await flowstate(['check-config'], { cwd, env });
  const byDefault = await flowstate(['check-config'], { cwd });
  const keys = [named, before, byEnvironment, byDefault].map(({ err }) => /^ {2}(\w): /m.exec(err)?.[1]);
  assert.deepEqual(keys, ['a', 'a', 'b', 'c']);
});

test('a file that is not there is one clear line', async (t) => {
  const cwd = await folderWith(t);
  const { status, err } = await flowstate(['check-config'], { cwd });
  assert.equal(status, 78);
  assert.match(err, /there is no such file/);
});

test('a reader that closes the pipe is no error', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': sound });
  const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'check-config', '-c', path.join(cwd, 'config.yaml')], {
    env: { BILLING: 's' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0);
  assert.doesNotMatch(err, /EPIPE/);
});
