import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Role } from '../../src/cli/role.ts';
import { environment } from '../../src/config/environment.ts';
import { packageRoot } from '../../src/package-root.ts';
import github from '../../src/providers/github/index.ts';
import { readRecord } from '../../src/temporal/dev-server/record.ts';
import { eventually } from './eventually.ts';
import { adminToken, secret } from './system.ts';

const program = join(packageRoot, 'dist', 'src', 'main.js');

export interface ProcessGiven {
  /** Runs the command in its place, such as a shell that first sets a limit; `"$0" "$@"` is the program. */
  readonly shell?: string;
  readonly role?: Role;
}

const started = new Map<string, Set<ChildProcess>>();

/** The shipped program, started as a person starts it. */
export class FlowstateProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
  readonly #folder: string;
  #said = '';

  constructor(folder: string, { shell = 'exec "$0" "$@"', role = 'start' }: ProcessGiven = {}) {
    this.#folder = folder;
    const words = ['-c', shell, process.execPath, program, role];
    this.child = spawn('sh', words, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    started.set(folder, (started.get(folder) ?? new Set()).add(this.child));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    }
    this.ended = once(this.child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** Everything that it has written so far, its log included. */
  get said(): string {
    return this.#said;
  }

  /** @returns its address, once it takes deliveries */
  async ready(): Promise<string> {
    return await eventually(async () => {
      assert.deepEqual([this.child.exitCode, this.child.signalCode], [null, null], this.#said);
      const record = await readFile(join(this.#folder, 'data', 'server.json'), 'utf8');
      const { url, pid } = JSON.parse(record) as { url: string; pid: number };
      assert.equal(pid, this.child.pid);
      assert.equal((await fetch(`${url}/readyz`)).status, 200);
      return url;
    }, 120_000);
  }
}

/** A folder with a configuration, gone after the test together with the processes that it may have left. */
export async function folderWithConfig(t: TestContext, settings = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-process-'));
  await writeConfig(folder, settings);
  t.after(async () => {
    for (const child of started.get(folder) ?? []) child.kill('SIGKILL'); // where the test failed before its end
    await killTemporalOf(folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

export async function writeConfig(folder: string, settings = '', port = 0): Promise<void> {
  const provider = `github: { enabled: true, webhook_secret: "${secret}" }`;
  await writeFile(
    join(folder, 'config.yaml'),
    `webhooks: { host: 127.0.0.1, port: ${port}, stop_delay_seconds: 1, providers: { ${provider} } }
admin: { token: "${adminToken}" }
${settings}
`,
  );
}

export async function killTemporalOf(folder: string): Promise<void> {
  const { pid = 0 } = (await readRecord(join(folder, 'data', 'temporal'))) ?? {};
  if (pid === 0) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // it has ended
  }
  await eventually(async () => {
    assert.throws(() => process.kill(pid, 0));
  });
}

/** Signs and posts a delivery. */
export async function deliver(url: string, id: string, body: Buffer): Promise<Response> {
  const settings = github.settings.parse({ webhook_secret: secret });
  const headers = github.sign({ body, deliveryId: id, eventType: 'issues', sentAt: new Date() }, settings);
  return await fetch(`${url}/webhooks/github`, { method: 'POST', body: new Uint8Array(body), headers });
}

/** The ids of all Delivery nodes of the graph, those that are twice in it twice. */
export async function idsInGraph(url: string): Promise<string[]> {
  const response = await fetch(`${url}/graph`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'MATCH (d:Delivery) RETURN d.delivery_id', max_rows: 10_000 }),
  });
  const { rows } = (await response.json()) as { rows: [string][] };
  return rows.map(([id]) => id).sort();
}

export interface ReadHealth {
  readonly status: string;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export async function readHealth(url: string): Promise<ReadHealth> {
  return (await (await fetch(`${url}/health`)).json()) as ReadHealth;
}

export async function readInbox(url: string): Promise<Readonly<Record<string, unknown>>> {
  return (await readHealth(url)).components['inbox'] ?? {};
}
