import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { isRunning } from '../../src/lifecycle/process-identity.ts';
import { readRecord } from '../../src/temporal/dev-server/record.ts';
import { eventually } from '../support/eventually.ts';
import {
  deliver,
  FlowstateProcess,
  folderWithConfig,
  idsInGraph,
  killTemporalOf,
  writeConfig,
} from '../support/flowstate-process.ts';
import { idsOf } from '../support/inbox.ts';
import { payloadOf } from '../support/system.ts';

const run = promisify(execFile);
const quiet = 'log: { level: error, format: json }';

async function refused(folder: string, status: number, said: RegExp): Promise<void> {
  const started = new FlowstateProcess(folder);
  assert.deepEqual(await started.ended, [status, null], started.said);
  assert.match(started.said, said);
  assert.doesNotMatch(started.said, /\n +at /, 'a sentence, and no stack');
  const temporal = await readRecord(join(folder, 'data', 'temporal'));
  assert.equal(temporal !== undefined && (await isRunning(temporal)), false, 'nothing is left running');
}

async function stopped(program: FlowstateProcess): Promise<void> {
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, [0, null], program.said);
}

async function allApplied(url: string, ids: readonly string[]): Promise<void> {
  await eventually(async () => assert.deepEqual(await idsInGraph(url), [...ids].sort()), 120_000);
}

/** All of these, each once; beside them there may be what was kept and could not be answered any more. */
async function holds(url: string, acknowledged: readonly string[]): Promise<void> {
  await eventually(async () => {
    const ids = await idsInGraph(url);
    assert.deepEqual(
      acknowledged.filter((id) => !ids.includes(id)),
      [],
    );
    assert.equal(new Set(ids).size, ids.length);
  }, 120_000);
}

async function overwrite(path: string, pages: readonly number[]): Promise<void> {
  const file = await open(path, 'r+');
  for (const page of pages) await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
  await file.close();
}

suite('the program › what keeps it from starting', () => {
  test('a port in use: status 69, and which setting to change', async (t) => {
    const folder = await folderWithConfig(t);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await writeConfig(folder, quiet, port);
    await refused(folder, 69, new RegExp(`PORT_IN_USE: Port ${port} .*webhooks\\.port`));
    other.close();
    await stopped((await ready(folder)).program);
  });

  test('too few open files: status 71, and what to raise', async (t) => {
    const folder = await folderWithConfig(t, quiet);
    for (const files of [30, 60]) {
      const started = new FlowstateProcess(folder, { shell: `ulimit -n ${files}; exec "$0" "$@"` });
      assert.deepEqual(await started.ended, [71, null], started.said);
      assert.match(started.said, /^flowstate: SYSTEM_REFUSED: EMFILE.*ulimit -n.*\n$/);
    }
  });

  test('a data_dir that cannot be a folder: status 71, and its path', async (t) => {
    const folder = await folderWithConfig(t, `${quiet}\ndata_dir: ./config.yaml/data`);
    await refused(folder, 71, /SYSTEM_REFUSED: ENOTDIR.*config\.yaml.data/);
  });

  test('a damaged graph: status 69, it is left as it is, and what the inbox has waits for a sound one', async (t) => {
    const folder = await folderWithConfig(t, quiet);
    const graph = join(folder, 'data', 'graph', 'graph.lbug');
    const body = await payloadOf('github', 'issues');
    const first = await ready(folder);
    await stopped(first.program);
    const sound = await readFile(graph);

    const second = await ready(folder);
    const ids = idsOf(30);
    for (const id of ids) assert.equal((await deliver(second.url, id, body)).status, 202);
    second.program.child.kill('SIGKILL');
    await second.program.ended;
    await killTemporalOf(folder);
    for (const name of await readdir(join(folder, 'data', 'graph'))) {
      if (name !== 'graph.lbug') await rm(join(folder, 'data', 'graph', name));
    }
    await overwrite(graph, [0, 3, 6, 9]);
    const damaged = await readFile(graph);
    await refused(folder, 69, /GRAPH_UNAVAILABLE: The graph at .*graph\.lbug cannot be opened/);
    assert.deepEqual(await readFile(graph), damaged);

    await writeFile(graph, sound); // an operator's copy of before all of them
    await rm(join(folder, 'data', 'temporal'), { recursive: true });
    const third = await ready(folder);
    await allApplied(third.url, ids);
    await stopped(third.program);
  });

  test('a damaged inbox: it starts, says so, and what was acknowledged arrives', async (t) => {
    const folder = await folderWithConfig(t, quiet);
    const inbox = join(folder, 'data', 'inbox');
    const body = await payloadOf('github', 'issues');
    const ids = idsOf(60);
    const first = await ready(folder);
    for (const id of ids) assert.equal((await deliver(first.url, id, body)).status, 202);
    first.program.child.kill('SIGKILL');
    await first.program.ended;
    await killTemporalOf(folder);
    await rm(join(folder, 'data', 'temporal'), { recursive: true }); // the inbox alone has them
    await rm(join(folder, 'data', 'graph'), { recursive: true });
    await overwrite(join(inbox, 'inbox.lmdb'), [0, 1]);

    const second = await ready(folder);
    await allApplied(second.url, ids);
    const [, file = ''] = /"file":"([^"]*inbox\.lmdb\.damaged-[^"]*)"/.exec(second.program.said) ?? [];
    assert.match(second.program.said, /the inbox was damaged/);
    assert.ok((await readdir(inbox)).some((name) => file.endsWith(name)));
    await stopped(second.program);
  });

  test('more connections than files may be open: those beyond are refused, the server goes on, nothing acknowledged is lost', async (t) => {
    const folder = await folderWithConfig(t, quiet);
    const body = await payloadOf('github', 'issues');
    const program = new FlowstateProcess(folder, { shell: 'ulimit -n 1024; exec "$0" "$@"' });
    const url = await program.ready();
    const idle: Socket[] = [];
    const connectMore = (count: number): void => {
      for (let made = 0; made < count; made += 1) {
        idle.push(connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined));
      }
    };
    connectMore(250);
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    await Promise.all(
      idsOf(150).map(async (id) => {
        try {
          const answer = await deliver(url, id, body);
          if (answer.ok) acknowledged.push(id);
          else failures.push(answer.status);
        } catch (error) {
          failures.push(error);
        }
      }),
    );
    t.diagnostic(`${acknowledged.length} acknowledged, ${failures.length} failed`);
    assert.ok(acknowledged.length > 0 && failures.length > 0, 'too many connections for all of them');
    connectMore(1200);
    await Promise.all(idle.slice(1000).map(async (socket) => void (await once(socket, 'close'))));
    for (const socket of idle) socket.destroy();
    await eventually(async () => assert.equal((await deliver(url, 'after', body)).ok, true));
    await holds(url, [...acknowledged, 'after']);
    await stopped(program);
  });

  test('files that run out while it runs may end it; after the next start nothing acknowledged is lost', async (t) => {
    const folder = await folderWithConfig(t, quiet);
    const body = await payloadOf('github', 'issues');
    const { program, url } = await ready(folder);
    const pid = program.child.pid ?? NaN;
    const used = (await readdir(`/proc/${pid}/fd`)).length;
    const acknowledged: string[] = [];
    await run('prlimit', ['--pid', String(pid), `--nofile=${used + 12}`]);
    await Promise.all(
      idsOf(150).map(async (id) => {
        const answer = await deliver(url, id, body).catch(() => undefined);
        if (answer?.ok === true) acknowledged.push(id);
      }),
    );
    program.child.kill('SIGKILL');
    await program.ended;
    t.diagnostic(`${acknowledged.length} of 150 acknowledged`);

    const second = await ready(folder);
    await holds(second.url, acknowledged);
    await stopped(second.program);
  });
});

async function ready(folder: string): Promise<{ program: FlowstateProcess; url: string }> {
  const program = new FlowstateProcess(folder);
  return { program, url: await program.ready() };
}
