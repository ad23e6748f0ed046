import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { environment } from '../../src/config/environment.ts';
import { isRunning } from '../../src/lifecycle/process-identity.ts';
import { packageRoot } from '../../src/package-root.ts';
import { readRecord, type ServerRecord } from '../../src/temporal/dev-server/record.ts';
import { eventually } from './eventually.ts';
import type { Wish } from './faults.ts';

const shipped = [join(packageRoot, 'dist', 'src', 'main.js'), 'start'];
const faulty = [join(packageRoot, 'dist', 'test', 'support', 'program-with-faults.js')];
const readyMs = 120_000;
const endMs = 120_000;

export interface ProgramGiven {
  /** Further sections of the configuration. */
  readonly settings?: string;
  /** Lets the program fail where the test says, by `wish`; without, it is the shipped program itself. */
  readonly withFaults?: boolean;
  readonly nodeOptions?: readonly string[];
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
  readonly url: string;
}

/** Whatever becomes of the tests, they leave no program behind. */
const children = new Set<number>();
process.once('exit', () => children.forEach(killIfThere));

/** The program as a process of its own, in a folder of its own, which is started and killed again and again. */
export class Program {
  readonly folder: string;
  /** Of every sender, and of this program alone: what a stale address reaches refuses it. */
  readonly secret: string;
  readonly adminToken = randomUUID();
  readonly #given: ProgramGiven;
  #running: Running | undefined;
  #starts = 0;

  private constructor(folder: string, secret: string, given: ProgramGiven) {
    this.folder = folder;
    this.secret = secret;
    this.#given = given;
  }

  static async start(given: ProgramGiven = {}): Promise<Program> {
    const program = new Program(
      await mkdtemp(join(tmpdir(), 'flowstate-faults-')),
      `secret-${randomUUID()}`,
      given,
    );
    await writeFile(join(program.folder, 'config.yaml'), program.#config());
    await program.start();
    return program;
  }

  /** Started for a test, and gone with it. */
  static async startFor(t: Pick<TestContext, 'after'>, given: ProgramGiven = {}): Promise<Program> {
    const program = await Program.start(given);
    t.after(async () => await program.remove());
    return program;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  get pid(): number {
    return this.#running?.child.pid ?? 0;
  }

  get #logFile(): string {
    return join(this.folder, 'program.log');
  }

  /** Where it answers, or did when it last ran. */
  get url(): string {
    return this.#running?.url ?? '';
  }

  async start(): Promise<void> {
    const [file = '', ...rest] = this.#given.withFaults === true ? faulty : shipped;
    const log = await open(this.#logFile, 'a');
    const child = spawn(process.execPath, [...(this.#given.nodeOptions ?? []), file, ...rest], {
      cwd: this.folder,
      env: environment(),
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    await log.close();
    const pid = child.pid ?? 0;
    children.add(pid);
    const ended = once(child, 'exit') as Running['ended'];
    void ended.then(() => children.delete(pid));
    this.#starts += 1;
    this.#running = { child, ended, url: await this.#urlOf(child) };
  }

  /** To the program with faults. */
  wish(wish: Wish): void {
    this.#running?.child.send(wish);
  }

  /** Waits for what the program with faults tells of itself. */
  async answer(): Promise<unknown> {
    const [message] = (await once(this.#required().child, 'message')) as [unknown];
    return message;
  }

  /** @returns how it ended, as soon as it does */
  async ended(): Promise<[number | null, NodeJS.Signals | null]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The program does not end.')), endMs);
    });
    try {
      return await Promise.race([this.#required().ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What it wrote to its log, over all its starts. */
  async log(): Promise<string> {
    return await readFile(this.#logFile, 'utf8');
  }

  async kill(): Promise<void> {
    this.#required().child.kill('SIGKILL');
    await this.ended();
  }

  /** SIGTERM. @returns the exit status */
  async stop(): Promise<number | null> {
    this.#required().child.kill('SIGTERM');
    return (await this.ended())[0];
  }

  /** The Temporal server that it runs, or left behind. */
  async temporal(): Promise<ServerRecord> {
    const record = await readRecord(join(this.folder, 'data', 'temporal'));
    assert.ok(record, 'there is a Temporal server on record');
    return record;
  }

  async signalTemporal(signal: NodeJS.Signals): Promise<void> {
    const record = await this.temporal();
    if (await isRunning(record)) process.kill(record.pid, signal);
  }

  /** Asks an ops route with the admin token. */
  async ask<T>(path: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.adminToken}` };
    return (await (await fetch(`${this.url}${path}`, { headers })).json()) as T;
  }

  async remove(): Promise<void> {
    if (this.#running !== undefined && children.has(this.pid)) await this.kill();
    const record = await readRecord(join(this.folder, 'data', 'temporal'));
    if (record !== undefined && (await isRunning(record))) {
      killIfThere(record.pid);
      await eventually(async () => assert.equal(await isRunning(record), false));
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  #required(): Running {
    assert.ok(this.#running, 'the program was started');
    return this.#running;
  }

  async #urlOf(child: ChildProcess): Promise<string> {
    let reason: unknown;
    const url = await eventually(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined; // it will not come any more
      const text = await readFile(join(this.folder, 'data', 'server.json'), 'utf8');
      const { url: answering, pid } = JSON.parse(text) as { url: string; pid: number };
      assert.equal(pid, child.pid);
      assert.equal((await fetch(`${answering}/readyz`)).status, 200);
      return answering;
    }, readyMs).catch((error: unknown) => void (reason = error));
    if (url !== undefined) return url;
    const ended = `exit ${child.exitCode ?? child.signalCode ?? 'none'}`;
    throw new Error(`The program did not get ready (${ended}). ${await this.#logs()}`, { cause: reason });
  }

  /** The last of what it and its server said. */
  async #logs(): Promise<string> {
    const files = [this.#logFile, join(this.folder, 'data', 'temporal', 'server.log')];
    const texts = files.map(async (file) => await readFile(file, 'utf8').catch(() => ''));
    return (await Promise.all(texts)).map((text) => text.slice(-2000)).join('\n');
  }

  #config(): string {
    return [
      'webhooks:',
      '  host: 127.0.0.1',
      '  port: 0',
      '  providers:',
      `    github: { enabled: true, webhook_secret: "${this.secret}" }`,
      `    slack: { enabled: true, webhook_secret: "${this.secret}" }`,
      `admin: { token: "${this.adminToken}" }`,
      'log: { level: warn, format: json }',
      this.#given.settings ?? '',
    ].join('\n');
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
