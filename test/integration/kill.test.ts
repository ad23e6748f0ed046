import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { environment } from '../../src/config/environment.ts';
import { processStart } from '../../src/lifecycle/process-identity.ts';
import { packageRoot } from '../../src/package-root.ts';
import github from '../../src/providers/github/index.ts';
import { eventually } from '../support/eventually.ts';
import { adminToken, payloadOf, secret } from '../support/system.ts';

const program = join(packageRoot, 'dist', 'src', 'main.js');

/** The program as a person starts it, in a folder of its own. */
async function start(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, 'start'], {
    cwd: folder,
    env: environment(),
    stdio: 'ignore',
  });
  const url = await eventually(async () => {
    const record = JSON.parse(await readFile(join(folder, 'data', 'server.json'), 'utf8')) as {
      url: string;
      pid: number;
    };
    assert.equal(record.pid, child.pid);
    assert.equal((await fetch(`${record.url}/readyz`)).status, 200);
    return record.url;
  }, 60_000);
  return { child, url };
}

async function serverPid(folder: string): Promise<number> {
  return (
    JSON.parse(await readFile(join(folder, 'data', 'temporal', 'server.json'), 'utf8')) as { pid: number }
  ).pid;
}

suite('the program as a process', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowstate-process-'));
    await writeFile(
      join(folder, 'config.yaml'),
      `webhooks: { host: 127.0.0.1, port: 0, providers: { github: { enabled: true, webhook_secret: "${secret}" } } }\nadmin: { token: "${adminToken}" }\nlog: { level: error }\n`,
    );
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('killed -9 in the middle of 500 deliveries, each that was acknowledged is in the graph exactly once', async () => {
    const payload = (await payloadOf('github', 'issues')).toString();
    const acknowledged: string[] = [];
    let server = await start(folder);
    const send = async (id: string): Promise<void> => {
      const body = Buffer.from(payload);
      const headers = github.sign(
        { body, deliveryId: id, eventType: 'issues', sentAt: new Date() },
        github.settings.parse({ webhook_secret: secret }),
      );
      const response = await fetch(`${server.url}/webhooks/github`, { method: 'POST', body, headers });
      if (response.ok) acknowledged.push(id);
    };
    /** A sender goes on until the server is gone, and keeps what was not acknowledged for a retry. */
    const sendAll = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        try {
          await send(id);
        } catch {
          waiting.push(id);
          return;
        }
      }
    };
    const waiting = Array.from({ length: 500 }, (_, index) => `kill-${index}`);
    const senders = Array.from({ length: 25 }, sendAll);
    await eventually(async () => {
      assert.ok(acknowledged.length >= 120);
    });
    server.child.kill('SIGKILL');
    await Promise.all([once(server.child, 'exit'), ...senders]);
    const orphan = await serverPid(folder);
    assert.notEqual(await processStart(orphan), undefined, 'the Temporal server outlives a kill -9');

    server = await start(folder);
    assert.equal(await serverPid(folder), orphan, 'and the next start takes it over');
    await Promise.all(Array.from({ length: 25 }, sendAll));
    assert.equal(acknowledged.length, 500);

    await eventually(async () => {
      const response = await fetch(`${server.url}/graph`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'MATCH (d:Delivery) RETURN d.delivery_id', max_rows: 10_000 }),
      });
      const { rows } = (await response.json()) as { rows: [string][] };
      const ids = rows.map(([id]) => id);
      assert.equal(new Set(ids).size, ids.length, 'none is doubled');
      const missing = acknowledged.filter((id) => !ids.includes(id));
      assert.deepEqual(missing, []);
    }, 90_000);

    const pid = await serverPid(folder);
    server.child.kill('SIGTERM');
    const [code] = (await once(server.child, 'exit')) as [number];
    assert.equal(code, 0);
    assert.equal(await processStart(pid), undefined, 'nothing is left running');
  });

  test('a second server on the same folder is refused, and says which process has it', async () => {
    const { child } = await start(folder);
    const second = spawn(process.execPath, [program, 'start'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    second.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(second, 'exit')) as [number];
    assert.equal(code, 69);
    assert.match(said, new RegExp(`DATA_DIR_LOCKED.*process ${child.pid ?? ''}`, 's'));
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});
