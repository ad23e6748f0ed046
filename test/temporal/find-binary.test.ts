import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { cachePath, findTemporalBinary } from '../../src/temporal/dev-server/find-binary.ts';
import { inFolder } from '../support/folder.ts';

const run = promisify(execFile);

async function program(file: string, script: string): Promise<string> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const answers = 'echo "temporal version 1.5.1 (Server 1.29.1)"';
/** Nobody listens on the discard port. */
const unreachable = 'http://127.0.0.1:9';

suite('temporal › finding the server', () => {
  const find = async (folder: string, path: string) =>
    await findTemporalBinary({
      env: { PATH: path, HOME: folder },
      onProgress: () => undefined,
      downloadUrl: unreachable,
    });

  test('the one on PATH comes first', async () => {
    await inFolder(async (folder) => {
      const onPath = await program(join(folder, 'bin', 'temporal'), answers);
      await program(cachePath({ HOME: folder }), answers);
      assert.equal(await find(folder, ['/nowhere', join(folder, 'bin')].join(delimiter)), onPath);
    });
  });

  test('one on PATH that does not answer is passed over for the cache', async () => {
    await inFolder(async (folder) => {
      await program(join(folder, 'bin', 'temporal'), 'exit 3');
      const cached = await program(cachePath({ HOME: folder }), answers);
      assert.equal(await find(folder, join(folder, 'bin')), cached);
    });
  });

  test('one on PATH that does not answer is passed over for the next on PATH', async () => {
    await inFolder(async (folder) => {
      await program(join(folder, 'broken', 'temporal'), 'exit 3');
      const second = await program(join(folder, 'bin', 'temporal'), answers);
      assert.equal(await find(folder, [join(folder, 'broken'), join(folder, 'bin')].join(delimiter)), second);
    });
  });

  test('a release that is downloaded goes into the cache, and nothing else stays there', async () => {
    await inFolder(async (folder) => {
      await program(join(folder, 'release', 'temporal'), answers);
      await run('tar', ['-czf', join(folder, 'release.tar.gz'), '-C', join(folder, 'release'), 'temporal']);
      const archive = await readFile(join(folder, 'release.tar.gz'));
      const asked: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url);
        response.end(archive);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const downloadUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`;
      const said: string[] = [];
      const env = { PATH: '/nowhere', HOME: folder };
      const found = await findTemporalBinary({ env, downloadUrl, onProgress: (line) => said.push(line) });
      server.close();
      assert.equal(found, cachePath(env));
      assert.deepEqual(await readdir(dirname(found)), ['temporal']);
      assert.match(asked.join(), /^\/archive\/v1\.5\.1\?platform=\w+&arch=\w+$/);
      assert.match(said.join(), /Downloading Temporal/);
    });
  });

  test('with Go on the machine it is built once, into the cache', async () => {
    await inFolder(async (folder) => {
      const build = `echo "#!/bin/sh" > "$GOBIN/temporal"; echo '${answers}' >> "$GOBIN/temporal"; echo "$@" >> "${folder}/calls"`;
      await program(join(folder, 'bin', 'go'), build);
      const path = `${join(folder, 'bin')}${delimiter}/usr/bin${delimiter}/bin`;
      assert.equal(await find(folder, path), cachePath({ HOME: folder }));
      assert.equal(await find(folder, path), cachePath({ HOME: folder }));
      const calls = await readFile(join(folder, 'calls'), 'utf8');
      assert.equal(calls, 'install github.com/temporalio/cli/cmd/temporal@v1.5.1\n');
    });
  });

  test('where nothing works the error names all five ways and what to do', async () => {
    await inFolder(async (folder) => {
      await program(join(folder, 'bin', 'temporal'), 'exit 3');
      await assert.rejects(
        async () => await find(folder, join(folder, 'bin')),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'TEMPORAL_BINARY_MISSING');
          for (const way of [
            'temporal.address',
            'PATH',
            'cache',
            'download',
            'Go',
            'ended with 3',
            'Do one of these',
          ]) {
            assert.match(error.message, new RegExp(way));
          }
          return true;
        },
      );
    });
  });
});
