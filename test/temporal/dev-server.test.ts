import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environment } from '../../src/config/environment.ts';
import { processStart } from '../../src/lifecycle/process-identity.ts';
import { isServing } from '../../src/temporal/connect.ts';
import { type DevServerOptions, startDevServer } from '../../src/temporal/dev-server/dev-server.ts';
import { eventually } from '../support/eventually.ts';
import { inFolder } from '../support/folder.ts';
import { silent, startTestTemporal, testBinary } from '../support/temporal.ts';

const parentScript = fileURLToPath(new URL('../support/server-parent.js', import.meta.url));

async function optionsFor(folder: string): Promise<DevServerOptions> {
  return { binary: await testBinary(), folder, env: environment(), log: silent };
}

/** @returns the id of a server whose parent was killed */
async function orphanedServer(folder: string): Promise<number> {
  const parent = spawn(process.execPath, [parentScript, await testBinary(), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  return Number(pid);
}

suite('temporal › the server as a child', () => {
  test('starts, keeps its addresses over restarts, and leaves nothing running', async () => {
    await inFolder(async (folder) => {
      const options = await optionsFor(folder);
      const first = await startDevServer(options);
      const { address, uiUrl, pid } = first;
      assert.ok(await isServing(address));
      assert.equal((await fetch(uiUrl)).status, 200);
      await first.stop();
      assert.equal(await processStart(pid), undefined);
      const second = await startDevServer(options);
      assert.deepEqual([second.address, second.uiUrl], [address, uiUrl]);
      await second.stop();
    });
  });

  test('a server that is killed comes back by itself, with its data', async () => {
    const temporal = await startTestTemporal();
    try {
      await temporal.client.workflow.start('someWorkflow', { workflowId: 'kept', taskQueue: 'nobody' });
      process.kill(temporal.server.pid, 'SIGKILL');
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

  test('a server that ends while it starts, as one does whose port was taken, is tried again on other ports', async () => {
    await inFolder(async (folder) => {
      const ports = { frontend: 20_001, ui: 20_002, http: 20_003, metrics: 20_004 };
      await writeFile(join(folder, 'server.json'), JSON.stringify({ pid: 0, startedAt: '', ports }));
      const script = join(folder, 'temporal');
      const once = '[ -e "$0.tried" ] || { touch "$0.tried"; exit 1; }';
      await writeFile(script, `#!/bin/sh\n${once}\nexec "${await testBinary()}" "$@"\n`, { mode: 0o755 });
      const server = await startDevServer({ ...(await optionsFor(folder)), binary: script });
      try {
        assert.ok(await isServing(server.address));
        assert.notEqual(server.address, `127.0.0.1:${ports.frontend}`);
      } finally {
        await server.stop();
      }
    });
  });

  test('one that always ends while it starts is told with the place of its log', async () => {
    await inFolder(async (folder) => {
      const options = { ...(await optionsFor(folder)), binary: '/bin/false' };
      await assert.rejects(startDevServer(options), {
        message: /ended while it started; its log is .*server\.log/,
      });
    });
  });

  test('a stop while it is being started again leaves nothing running', async () => {
    await inFolder(async (folder) => {
      const server = await startDevServer(await optionsFor(folder));
      const first = server.pid;
      process.kill(first, 'SIGKILL');
      const second = await eventually(async () => {
        const { pid } = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8')) as { pid: number };
        assert.notEqual(pid, first);
        return pid;
      });
      await server.stop();
      assert.equal(server.status().state, 'stopped');
      assert.equal(await processStart(second), undefined);
    });
  });

  test('a start that is no longer wanted ends what it had begun', async () => {
    await inFolder(async (folder) => {
      const stopping = new AbortController();
      const script = join(folder, 'temporal');
      await writeFile(script, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 }); // never gets ready
      const options = { ...(await optionsFor(folder)), binary: script };
      const starting = startDevServer({ ...options, signal: stopping.signal });
      const refused = assert.rejects(starting, { name: 'AbortError' });
      const pid = await eventually(async () => {
        const record: unknown = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8'));
        return (record as { pid: number }).pid;
      });
      stopping.abort();
      await refused;
      assert.equal(await processStart(pid), undefined);
    });
  });

  test('after a kill -9 of its parent the next start takes the server over', async () => {
    await inFolder(async (folder) => {
      const pid = await orphanedServer(folder);
      const server = await startDevServer(await optionsFor(folder));
      assert.equal(server.pid, pid);
      await server.stop();
      assert.equal(await processStart(pid), undefined);
    });
  });

  test('a parent that ends without a stop takes its server with it', async () => {
    await inFolder(async (folder) => {
      const parent = spawn(process.execPath, [parentScript, await testBinary(), folder, 'exits'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      await eventually(async () => assert.equal(await processStart(Number(pid)), undefined));
    });
  });

  test('an orphan that does not answer is ended, and another takes its data and addresses', async () => {
    await inFolder(async (folder) => {
      const pid = await orphanedServer(folder);
      process.kill(pid, 'SIGSTOP');
      const server = await startDevServer(await optionsFor(folder));
      assert.notEqual(server.pid, pid);
      assert.equal(await processStart(pid), undefined);
      assert.ok(await isServing(server.address));
      await server.stop();
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
      const server = await startDevServer(await optionsFor(folder));
      assert.notEqual(server.pid, bystander.pid);
      await server.stop();
      assert.notEqual(await processStart(bystander.pid ?? 0), undefined);
      bystander.kill();
    });
  });
});
