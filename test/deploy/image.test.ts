import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { environment } from '../../src/config/environment.ts';
import { packageRoot } from '../../src/package-root.ts';
import { findServerBinaries } from '../cluster/server-binaries.ts';
import { inFolder } from '../support/folder.ts';
import { fillIn, parseCompose, parseEnvFile, readRoot } from './compose-file.ts';

const run = promisify(execFile);
const required = { POSTGRES_PASSWORD: 'p', NEO4J_PASSWORD: 'n', FLOWSTATE_ADMIN_TOKEN: 't' };

async function readCompose() {
  const example = parseEnvFile(await readRoot('.env.example'));
  return parseCompose(fillIn(await readRoot('docker-compose.yml'), { ...example, ...required }));
}

/** The lines of one instruction, continued ones joined. */
async function instructions(name: string): Promise<readonly string[]> {
  const lines = (await readRoot('Dockerfile')).replace(/\\\n/g, ' ').split('\n');
  return lines.flatMap((line) =>
    line.trim().startsWith(`${name} `) ? [line.trim().slice(name.length + 1)] : [],
  );
}

suite('Dockerfile', () => {
  test('copies what is there, and what .dockerignore lets through', async () => {
    const ignore = (await readRoot('.dockerignore')).split('\n');
    const sources = (await instructions('COPY'))
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(/\s+/).slice(0, -1));
    assert.ok(sources.length > 5);
    for (const source of sources) {
      await access(join(packageRoot, source));
      assert.ok(ignore.includes(`!${source}`), source);
    }
    assert.ok(ignore.includes('*'));
  });

  test('ends as a user who is not root, and stops by the signal that the program listens to', async () => {
    assert.deepEqual(await instructions('USER'), ['node']);
    assert.deepEqual(await instructions('STOPSIGNAL'), ['SIGTERM']);
  });

  test('runs the one install script without which a role does not start: of the embedded graph', async () => {
    const scripts = (await instructions('RUN')).join(' && ');
    assert.match(scripts, /npm ci --ignore-scripts/);
    assert.match(scripts, /npm rebuild @ladybugdb\/core/);
  });

  test('has pinned bases, of one Node that the program supports', async () => {
    const [version = ''] = (await instructions('ARG')).map((line) => line.replace('NODE_VERSION=', ''));
    assert.match(version, /^\d+\.\d+\.\d+$/);
    for (const base of await instructions('FROM')) assert.match(base, /^node:\$\{NODE_VERSION\}-/);
    assert.equal(
      Number(version.split('.')[0]),
      Number(process.versions.node.split('.')[0]),
      'as the tests run on',
    );
  });

  test('holds a package that runs every command which the containers run', async () => {
    const { services } = await readCompose();
    const [entry = ''] = await instructions('ENTRYPOINT');
    const [node, program = ''] = JSON.parse(entry) as string[];
    assert.equal(node, 'node');
    await inFolder(async (folder) => {
      await packInto(folder);
      const ours = Object.values(services).filter(({ build }) => build !== undefined);
      assert.equal(ours.length, 2);
      for (const { command = [], healthcheck, environment: env = {}, volumes = [] } of ours) {
        const [role = ''] = command;
        const { stdout } = await run(process.execPath, [program, role, '--help'], { cwd: folder });
        assert.match(stdout, new RegExp(`^Usage: flowstate ${role} `));
        assert.deepEqual(healthcheck?.test, ['CMD', node, program, 'health']);
        const mounted = volumes.find((one) => one.includes('/etc/flow-state/'))?.split(':')[0] ?? '';
        await run(process.execPath, [program, '--config', join(packageRoot, mounted), 'check-config'], {
          cwd: folder,
          env,
        });
      }
      await access(join(folder, 'dist', 'workflow-bundle.js'));
      const { stdout: samples } = await run(process.execPath, [program, 'send', 'github', '--list'], {
        cwd: folder,
      });
      assert.match(samples, /^pull_request /m);
    });
  });
});

suite('the jobs and servers of docker-compose.yml', () => {
  test('mount files that are there', async () => {
    const { services } = await readCompose();
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes);
    const files = mounts
      .map((mount) => mount.split(':')[0] ?? '')
      .filter((source) => source.startsWith('./'));
    assert.equal(files.length, 5);
    for (const file of files) await access(join(packageRoot, file));
  });

  test("give Temporal's server and its tools variables that they know", async (context) => {
    const { services } = await readCompose();
    const looking = { env: environment(), onProgress: () => undefined, mayFetch: false };
    const binaries = await findServerBinaries(looking).catch((error: unknown) => String(error));
    if (typeof binaries === 'string') return context.skip(binaries);
    const template = await readFile(binaries.configTemplate, 'utf8');
    const ofEntryPoint = ['BIND_ON_IP'];
    for (const name of Object.keys(services['temporal']?.environment ?? {}))
      assert.ok(ofEntryPoint.includes(name) || template.includes(`.Env.${name} `), name);
    const { stdout: help } = await run(join(binaries.folder, 'temporal-sql-tool'), ['--help']);
    for (const name of Object.keys(services['temporal-schema']?.environment ?? {}))
      assert.ok(help.includes(`[$${name}]`), name);
    const dynamic = join(packageRoot, 'deploy', 'temporal-dynamic-config.yaml');
    const { stdout } = await run(binaries.server, ['validate-dynamic-config', dynamic]);
    assert.doesNotMatch(stdout, /warning|error/i);
  });
});

/** What `npm pack` ships, beside the modules of this checkout. */
async function packInto(folder: string): Promise<void> {
  const tar = join(folder, 'tar');
  await mkdir(tar);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', tar], { cwd: packageRoot });
  await run('sh', ['-c', `tar -xzf ${tar}/*.tgz -C ${folder} --strip-components=1`]);
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
}
