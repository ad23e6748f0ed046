// Builds where the build is missing or older than what it is made of; else it costs a few milliseconds. Plain
// JavaScript on Node's own modules, for it runs on a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = path.join(root, 'dist', '.built');
const sources = ['src', 'workflows', 'activities', 'test', 'examples', 'package-lock.json', 'tsconfig.json'];
/** The compiled folders, and what the compiler makes of a source. */
const compiled = ['src', 'workflows', 'activities', 'test', 'examples'];
const outputs = /\.(js|js\.map|d\.ts)$/;

const builtAt = existsSync(stamp) ? Number(readFileSync(stamp, 'utf8')) : 0;
if (newest(sources.map((name) => path.join(root, name))) > builtAt) build();

function build() {
  const startedAt = Date.now();
  process.stderr.write('Building, which takes some seconds …\n');
  for (const folder of compiled) removeStale(path.join(root, 'dist', folder), path.join(root, folder));
  const { status, error } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, String(startedAt)); // what was edited meanwhile is newer
  process.stderr.write(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

/** When anything of it was changed last; a folder changes when a file in it comes or goes. */
function newest(paths) {
  return Math.max(
    0,
    ...paths.filter(existsSync).map((entry) => {
      const stat = statSync(entry);
      if (!stat.isDirectory()) return stat.mtimeMs;
      return Math.max(stat.mtimeMs, newest(readdirSync(entry).map((name) => path.join(entry, name))));
    }),
  );
}

/** Commands, providers and tests are found by their files, so what a deleted source left behind would live on. */
function removeStale(output, source) {
  if (!existsSync(output)) return;
  for (const entry of readdirSync(output, { withFileTypes: true })) {
    const built = path.join(output, entry.name);
    if (entry.isDirectory()) removeStale(built, path.join(source, entry.name));
    else if (!existsSync(path.join(source, entry.name.replace(outputs, '.ts')))) forget(built);
  }
}

function forget(built) {
  if (outputs.test(built)) rmSync(built);
}
