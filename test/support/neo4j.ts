import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { openNeo4jStore } from '../../src/graph/neo4j/store.ts';
import type { Neo4jOptions } from '../../src/graph/neo4j/options.ts';
import { packageRoot } from '../../src/package-root.ts';
import { testModel } from './changes.ts';
import type { OpenTestStore } from './stores.ts';

const password = 'a-password-of-the-tests';

export interface TestNeo4j {
  readonly port: number;
  /** Of the host localhost, signed by itself: the path of the file. */
  readonly certificate: string;
  readonly process: ChildProcess;
  readonly options: Neo4jOptions;
  /** With nothing in it: what another one wrote is gone. One at a time. */
  readonly open: OpenTestStore;
  stop(): Promise<void>;
}

/** Where the real Neo4j of scripts/get-neo4j.sh is, or why there is none. */
export type FoundNeo4j = { readonly folder: string; readonly skip: false } | { readonly skip: string };

export async function findNeo4j(): Promise<FoundNeo4j> {
  try {
    const { stdout } = await promisify(execFile)(join(packageRoot, 'scripts', 'get-neo4j.sh'));
    return { folder: stdout.trim(), skip: false };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return { skip: stderr.trim().split('\n').at(-1) ?? String(error) };
  }
}

/** A server of its own; it ends with this process, which it does not keep alive. */
export async function startNeo4j(found: FoundNeo4j): Promise<TestNeo4j> {
  if (found.skip !== false) throw new Error(found.skip);
  const classpath = `${join(found.folder, 'classes')}:${join(found.folder, 'lib')}/*`;
  const heap = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const child = spawn('java', [...heap, '-cp', classpath, 'TestNeo4j', password], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [port, certificate] = (await firstLine(child)).split(' ') as [string, string];
  for (const one of [child, child.stdin, child.stdout] as { unref?: () => void }[]) one.unref?.();
  const options: Neo4jOptions = {
    uri: `bolt://127.0.0.1:${port}`,
    user: 'neo4j',
    password,
    database: 'neo4j',
    maxConnections: 20,
    connectTimeoutMs: 10_000,
    acquireTimeoutMs: 60_000,
    transactionTimeoutMs: 60_000,
  };
  return {
    port: Number(port),
    certificate,
    process: child,
    options,
    open: async (model = testModel) => {
      const store = await openNeo4jStore(options);
      await wipe(options);
      await store.migrate(model);
      return { store, close: async () => await store.close() };
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new TypeError('The output of Neo4j is not read.');
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(() => {
    throw new Error('Neo4j ended before it was ready.');
  });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}

/** Takes every node away, but for the note of the schema's version. */
export async function wipe(options: Neo4jOptions): Promise<void> {
  await withDriver(options, async (run) => {
    await run('MATCH (n) WHERE NOT n:FlowStateSchema DETACH DELETE n');
  });
}

type Run = (text: string, parameters?: Record<string, unknown>) => Promise<unknown[]>;

/** For what a store does not do: statements that write, or look behind it. */
export async function withDriver<T>(options: Neo4jOptions, work: (run: Run) => Promise<T>): Promise<T> {
  const { createDriver } = await import('../../src/graph/neo4j/bolt.ts');
  const driver = createDriver(options);
  try {
    return await work(async (text, parameters = {}) => {
      const { records } = await driver.executeQuery(text, parameters, { database: options.database });
      return records.map((record) => record.toObject());
    });
  } finally {
    await driver.close();
  }
}

let shared: Promise<TestNeo4j> | undefined;

/** The store of a server that all tests of one file share. */
export const openNeo4j: OpenTestStore = async (model) => {
  shared ??= findNeo4j().then(async (found) => await startNeo4j(found));
  return await (await shared).open(model);
};
