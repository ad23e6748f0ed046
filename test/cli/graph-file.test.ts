import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openGraph } from '../../src/cli/open-graph.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import clickup from '../../src/providers/clickup/index.ts';
import { changeOf, dumpOf } from '../support/changes.ts';
import { findNeo4j, startNeo4j } from '../support/neo4j.ts';
import { flowstate, folderWith } from './run.ts';

const config = 'webhooks: { providers: { clickup: { webhook_secret: s } } }\ndata_dir: .\n';

async function openIn(folder: string): Promise<GraphStore> {
  const store = await openGraph(
    { graph: { driver: 'embedded' }, data_dir: folder },
    { bufferPoolBytes: 256 * 1024 * 1024 },
  );
  await store.migrate(clickup.model);
  return store;
}

async function folderWithGraph(t: TestContext): Promise<string> {
  const folder = await folderWith(t, { 'config.yaml': config });
  const store = await openIn(folder);
  const node = { label: 'Task', key: 'clickup:task:1' };
  await store.apply(changeOf(1, [{ op: 'upsert-node', node, properties: { name: 'one' } }]));
  await store.close();
  return folder;
}

async function dumpIn(folder: string): Promise<string> {
  const store = await openIn(folder);
  const dump = await dumpOf(store);
  await store.close();
  return dump;
}

test('graph export and import move a graph, say how much, and compare it', async (t) => {
  const source = await folderWithGraph(t);
  const target = await folderWith(t, { 'config.yaml': config });
  const file = join(source, 'graph.jsonl');
  const exported = await flowstate(['graph', 'export', file], { cwd: source });
  assert.equal(exported.status, 0, exported.err);
  assert.match(exported.err, /Exported 1 deliveries, 1 nodes, 0 edges to /);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const imported = await flowstate(['graph', 'import', file], { cwd: target });
  assert.equal(imported.status, 0, imported.err);
  assert.match(imported.out, /the graph is the one that was exported/);
  assert.equal(await dumpIn(target), await dumpIn(source));
  const again = await flowstate(['graph', 'import', file], { cwd: target });
  assert.match(again.out, /merged into the graph that was there/);
});

interface Source {
  readonly store: GraphStore;
  /** The section of the configuration that names it. */
  readonly graph: string;
  readonly close: () => Promise<void>;
}

async function embeddedSource(t: TestContext): Promise<Source> {
  const folder = await folderWith(t, {});
  const store = await openIn(folder);
  const graph = `data_dir: ${JSON.stringify(folder)}`;
  return { store, graph, close: async () => undefined };
}

const neo4j = await findNeo4j();

async function neo4jSource(): Promise<Source> {
  const server = await startNeo4j(neo4j);
  const { store } = await server.open(clickup.model);
  const { uri, password } = server.options;
  const graph = `graph: { driver: neo4j, uri: "${uri}", password: "${password}" }`;
  return { store, graph, close: async () => await server.stop() };
}

for (const [name, open, skip] of [
  ['LadybugDB', embeddedSource, false],
  ['Neo4j', neo4jSource, neo4j.skip],
] as const) {
  test(`${name}: what a provider wrote that is not enabled any more is moved too`, { skip }, async (t) => {
    const { store, graph, close } = await open(t);
    const [task, user] = [
      { label: 'Task', key: 'clickup:task:1' },
      { label: 'User', key: 'clickup:user:1' },
    ];
    const edge = { type: 'ASSIGNED_TO', from: task, to: user };
    await store.apply(changeOf(1, [{ op: 'upsert-node', node: task, properties: { name: 'one' } }]));
    await store.apply(changeOf(2, [{ op: 'upsert-edge', ...edge }]));
    await store.apply(changeOf(3, [{ op: 'upsert-node', node: task, properties: { due_date: null } }]));
    await store.apply(changeOf(4, [{ op: 'delete-edge', ...edge }]));
    const expected = await dumpOf(store);
    await store.close();

    const others = 'webhooks: { providers: { slack: { webhook_secret: s } } }\n';
    const source = await folderWith(t, { 'config.yaml': `${others}${graph}\n` });
    const target = await folderWith(t, { 'config.yaml': `${others}data_dir: .\n` });
    const file = join(source, 'graph.jsonl');
    const exported = await flowstate(['graph', 'export', file], { cwd: source });
    assert.equal(exported.status, 0, exported.err);
    const imported = await flowstate(['graph', 'import', file], { cwd: target });
    assert.match(imported.out, /the graph is the one that was exported/, imported.err);
    assert.equal(await dumpIn(target), expected);
    await close();
  });
}

test('without a file the export is the output', async (t) => {
  const { status, out } = await flowstate(['graph', 'export'], { cwd: await folderWithGraph(t) });
  assert.equal(status, 0);
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind),
    ['flow-state-graph', 'delivery', 'node', 'end'],
  );
});

test('a store in use ends with 69, a file that is not there with 2, one that is cut with 1', async (t) => {
  const folder = await folderWithGraph(t);
  const file = join(folder, 'graph.jsonl');
  await flowstate(['graph', 'export', file], { cwd: folder });
  await writeFile(file, (await readFile(file, 'utf8')).split('\n').slice(0, 2).join('\n'));
  const cut = await flowstate(['graph', 'import', file], { cwd: folder });
  assert.equal(cut.status, 1);
  assert.match(cut.err, /GRAPH_REJECTED: Line 2 of the file: the file ends before its end/);
  assert.equal((await flowstate(['graph', 'import', 'nowhere'], { cwd: folder })).status, 2);
  const store = await openIn(folder);
  const locked = await flowstate(['graph', 'export'], { cwd: folder });
  await store.close();
  assert.equal(locked.status, 69);
  assert.match(locked.err, /DATA_DIR_LOCKED/);
});

test('graph without a command still takes Cypher, and its help names both', async (t) => {
  const cwd = await folderWith(t, { 'config.yaml': config });
  const asked = await flowstate(['graph', 'MATCH (n) RETURN n', '--url', 'http://127.0.0.1:9'], { cwd });
  assert.equal(asked.status, 69);
  const help = await flowstate(['graph', '--help'], { cwd });
  assert.match(help.out, /export \[file\]/);
  assert.match(help.out, /import <file>/);
});

test('a file of an authority that is not there is a wrong configuration', async (t) => {
  const graph = 'graph: { driver: neo4j, uri: "bolt+s://127.0.0.1:9", password: p, ca_file: no.pem }';
  const cwd = await folderWith(t, { 'config.yaml': `${config}${graph}\n` });
  const { status, err } = await flowstate(['graph', 'export'], { cwd });
  assert.equal(status, 78);
  assert.match(err, /graph\.ca_file: cannot be read/);
});
