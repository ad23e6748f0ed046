import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environment } from '../../src/config/environment.ts';
import { lockDataDir } from '../../src/lifecycle/lock.ts';
import { isRunning, processStart } from '../../src/lifecycle/process-identity.ts';
import { isServing } from '../../src/temporal/connect.ts';
import { startDevServer } from '../../src/temporal/dev-server/dev-server.ts';
import { cachePath, findTemporalBinary } from '../../src/temporal/dev-server/find-binary.ts';
import { prepareNamespace } from '../../src/temporal/namespace.ts';
import { silent, startTestTemporal, testBinary, type TestTemporal } from '../support/temporal.ts';
import { eventually } from '../support/eventually.ts';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-test-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

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
      await assert.rejects(
        async () => await find(folder, '/nowhere'),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'TEMPORAL_BINARY_MISSING');
          for (const way of ['temporal.address', 'PATH', 'cache', 'download', 'Go', 'Do one of these']) {
            assert.match(error.message, new RegExp(way));
          }
          return true;
        },
      );
    });
  });
});

suite('temporal › the server as a child', () => {
  test('starts, keeps its addresses over restarts, and leaves nothing running', async () => {
    await inFolder(async (folder) => {
      const options = { binary: await testBinary(), folder, env: environment(), log: silent };
      const first = await startDevServer(options);
      const { address, uiUrl, pid } = first;
      assert.ok(await isServing(address));
      assert.equal((await fetch(uiUrl)).status, 200);
      await first.stop();
      assert.equal(await processStart(pid ?? 0), undefined);
      const second = await startDevServer(options);
      assert.deepEqual([second.address, second.uiUrl], [address, uiUrl]);
      await second.stop();
    });
  });

  test('a server that is killed comes back by itself, with its data', async () => {
    const temporal = await startTestTemporal();
    try {
      await temporal.client.workflow.start('someWorkflow', { workflowId: 'kept', taskQueue: 'nobody' });
      process.kill(temporal.server.pid ?? 0, 'SIGKILL');
      await eventually(async () => {
        assert.equal(temporal.server.status().restarts, 1);
        assert.equal(temporal.server.status().state, 'up');
        const { status } = await temporal.client.workflow.getHandle('kept').describe();
        assert.equal(status.name, 'RUNNING');
      });
    } finally {
      await temporal.stop();
    }
  });

  test('after a kill -9 of its parent the next start takes the server over', async () => {
    await inFolder(async (folder) => {
      const script = fileURLToPath(new URL('../support/server-parent.js', import.meta.url));
      const parent = spawn(process.execPath, [script, await testBinary(), folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      const server = await startDevServer({
        binary: await testBinary(),
        folder,
        env: environment(),
        log: silent,
      });
      assert.equal(server.pid, Number(pid));
      await server.stop();
      assert.equal(await processStart(Number(pid)), undefined);
    });
  });

  test('a process that has the id of the old server by chance is not touched', async () => {
    await inFolder(async (folder) => {
      const bystander = spawn('sleep', ['60']);
      const ports = { frontend: 1, ui: 2, http: 3, metrics: 4 };
      await writeFile(
        join(folder, 'server.json'),
        JSON.stringify({ pid: bystander.pid, startedAt: '1', ports }),
      );
      const server = await startDevServer({
        binary: await testBinary(),
        folder,
        env: environment(),
        log: silent,
      });
      assert.notEqual(server.pid, bystander.pid);
      await server.stop();
      assert.notEqual(await processStart(bystander.pid ?? 0), undefined);
      bystander.kill();
    });
  });
});

suite('temporal › the namespace', () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await startTestTemporal();
  });
  after(async () => {
    await temporal.stop();
  });

  test('has its retention, and preparing it again changes nothing', async () => {
    const retention = async () => {
      const { config } = await temporal.connection.workflowService.describeNamespace({
        namespace: temporal.namespace,
      });
      return Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
    };
    assert.equal(await retention(), 30);
    await prepareNamespace(temporal.connection, { namespace: temporal.namespace, retentionDays: 45 });
    assert.equal(await retention(), 45);
  });

  test('knows every search attribute', async () => {
    const query = `Provider = 'x' AND EventType = 'y' AND Outcome = 'z' AND DeliveryId = 'd' AND Entity = 'e' AND Replay = true AND ReceivedAt > '2026-01-01T00:00:00Z'`;
    const { count } = await temporal.client.workflow.count(query);
    assert.equal(count, 0);
  });
});

suite('lifecycle › the lock of a data directory', () => {
  test('a second process is refused by the id of the first', async () => {
    await inFolder(async (folder) => {
      const release = await lockDataDir(folder);
      await assert.rejects(async () => await lockDataDir(folder), {
        code: 'DATA_DIR_LOCKED',
        message: new RegExp(`process ${process.pid}`),
      });
      await release();
      await (
        await lockDataDir(folder)
      )();
    });
  });

  test('a lock of a process that is gone, of a reused id, or half written is taken over', async () => {
    const own = (await processStart(process.pid)) ?? '';
    assert.ok(await isRunning({ pid: process.pid, startedAt: own }));
    for (const stale of [
      { pid: 2 ** 22 - 1, startedAt: '5' },
      { pid: process.pid, startedAt: 'another' },
    ]) {
      await inFolder(async (folder) => {
        await writeFile(join(folder, 'lock.json'), JSON.stringify(stale));
        await (
          await lockDataDir(folder)
        )();
      });
    }
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'lock.json'), '{"pid":');
      await (
        await lockDataDir(folder)
      )();
    });
  });
});
