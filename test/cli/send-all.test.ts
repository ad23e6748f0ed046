import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Writable } from 'node:stream';
import { runCommandLine } from '../../src/cli/program.ts';
import { exampleSettings } from '../../src/providers/example.ts';
import type { Fixture } from '../../src/providers/provider.ts';
import { discoverProviders, loadFixtures } from '../../src/providers/registry.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/system.ts';

const { providers } = await discoverProviders();

/** A configured name, what the configuration says of it, and the samples that it can send. */
interface Sender {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly fixtures: readonly Fixture[];
}

/** The shipped providers, and a custom sender for each preset: those differ by their settings. */
async function sendersOf(): Promise<Sender[]> {
  const senders: Sender[] = [];
  for (const [name, provider] of providers) {
    const fixtures = await loadFixtures(name);
    if (name !== 'custom') senders.push({ name, settings: exampleSettings(provider), fixtures });
    else
      for (const fixture of fixtures) {
        const { preset: _, ...example } = exampleSettings(provider);
        const settings = { type: 'custom', ...example, ...fixture.settings };
        senders.push({ name: fixture.name, settings, fixtures: [fixture] });
      }
  }
  return senders;
}

const senders = await sendersOf();
const configured = JSON.stringify(Object.fromEntries(senders.map(({ name, settings }) => [name, settings])));

suite('flowstate send forges every documented event of every provider', () => {
  let system: TestSystem;
  let config: string;
  before(async () => {
    system = await startTestSystem({ providers: configured });
    config = join(system.folder, 'send.yaml');
    await writeFile(config, `webhooks: { providers: ${configured} }\n`);
  });
  after(async () => {
    await system.stop();
  });

  /** One command line, in this process: a program for each of hundreds of samples takes minutes. */
  const send = async (...words: string[]) => {
    let text = '';
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString();
        done();
      },
    });
    const url = ['--url', system.url, '--json'];
    const status = await runCommandLine({
      words: ['--config', config, 'send', ...words, ...url],
      out: sink,
      err: sink,
      env: {},
    });
    return { status, text };
  };

  /** Of the senders, those whose sample came to be a delivery; a handshake is only answered. */
  const deliveries: { readonly sender: string; readonly fixture: Fixture }[] = [];

  for (const { name, fixtures } of senders) {
    test(`${name}: ${fixtures.length === 1 ? 'its sample is' : `all ${fixtures.length} samples are`} taken`, async () => {
      for (const fixture of fixtures) {
        const { status, text } = await send(name, fixture.name);
        assert.equal(status, 0, `${fixture.name}: ${text}`);
        if (!('handshake' in fixture.expected)) deliveries.push({ sender: name, fixture });
      }
    });
  }

  test('each became a delivery of its own, which its workflow completed', async () => {
    await eventually(async () => {
      const { count } = await system.client.workflow.count('ExecutionStatus = "Completed"');
      assert.equal(count, deliveries.length);
    }, 300_000);
    const { count: all } = await system.client.workflow.count();
    assert.equal(all, deliveries.length);
  });

  test('each documented event is in the graph, under its own name', async () => {
    const { rows } = await system.graph.query(
      'MATCH (d:Delivery) RETURN DISTINCT d.provider, d.event_type',
      {},
      { maxRows: 10_000, timeoutMs: 60_000 },
    );
    const written = new Set(rows.map(([provider, event]) => `${String(provider)} ${String(event)}`));
    const skipped = new Set(
      deliveries
        .filter(({ fixture }) => 'skipped' in fixture.expected)
        .map(({ sender, fixture }) => `${sender} ${fixture.eventType}`),
    );
    assert.deepEqual([...skipped], ['github ping']);
    const documented = senders.flatMap(({ name }) =>
      (providers.get(name)?.events ?? ['event']).map((event) => `${name} ${event}`),
    );
    const presets = deliveries.filter(({ sender }) => !providers.has(sender));
    assert.deepEqual(
      [
        ...documented.filter((event) => providers.has(event.split(' ')[0] ?? '')),
        ...presets.map(({ sender, fixture }) => `${sender} ${fixture.eventType}`),
      ].filter((event) => !written.has(event) && !skipped.has(event)),
      [],
    );
  });

  test('without an event, the first one of the provider is sent; of a preset by its name, its sample', async () => {
    for (const [name, event] of [
      ['slack', 'message'],
      ['discord', 'APPLICATION_COMMAND'],
      ['stripe', 'invoice.paid'],
    ] as const) {
      for (const time of ['once', 'and again, which is no duplicate']) {
        const { status, text } = await send(name);
        assert.equal(status, 0, text);
        const { event: sent, status: state } = JSON.parse(text) as { event: string; status?: string };
        assert.deepEqual([sent, state === 'duplicate'], [event, false], time);
      }
    }
  });
});
