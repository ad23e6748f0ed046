import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { variablesOfConfig } from './config-variables.ts';
import { readConfig } from '../../src/config/load.ts';
import { assertSplit } from '../../src/config/split.ts';
import { graphMegabytes } from '../../src/lifecycle/free-space.ts';
import { packageRoot } from '../../src/package-root.ts';
import { discoverProviders } from '../../src/providers/registry.ts';
import { serverVersion } from '../cluster/server-binaries.ts';
import { inFolder } from '../support/folder.ts';
import {
  type Compose,
  fillIn,
  parseCompose,
  parseEnvFile,
  readRoot,
  type Service,
  variablesOf,
} from './compose-file.ts';
import { loadByComposeItself } from './compose-loader.ts';

const required = { POSTGRES_PASSWORD: 'p', NEO4J_PASSWORD: 'n', FLOWSTATE_ADMIN_TOKEN: 't' };

suite('docker-compose.yml', () => {
  let text: string;
  let example: Readonly<Record<string, string>>;
  let compose: Compose;
  let services: readonly (readonly [name: string, service: Service])[];
  let ours: readonly Service[];

  before(async () => {
    text = await readRoot('docker-compose.yml');
    example = parseEnvFile(await readRoot('.env.example'));
    compose = parseCompose(fillIn(text, { ...example, ...required }));
    services = Object.entries(compose.services);
    ours = services.flatMap(([, service]) => (service.build === undefined ? [] : [service]));
  });

  test("is what Compose's own loader takes, filled in from .env.example", async () => {
    await inFolder(async (folder) => {
      for (const name of ['deploy', 'Dockerfile'])
        await cp(join(packageRoot, name), join(folder, name), { recursive: true });
      const file = join(folder, 'docker-compose.yml');
      await writeFile(file, fillIn(text, { ...example, ...required }));
      const loaded = (await loadByComposeItself(file)) as Compose;
      assert.deepEqual(Object.keys(loaded.services).sort(), Object.keys(compose.services).sort());

      const refused = async (from: string, to: string, reason: RegExp): Promise<void> => {
        await writeFile(file, fillIn(text, { ...example, ...required }).replace(from, to));
        await assert.rejects(loadByComposeItself(file), reason);
      };
      await refused('shm_size:', 'shm_sizes:', /shm_sizes/); // none of its keys
      await refused('shm_size:', 'pids_limit: 256\n    shm_size:', /pids_limit/); // it does not go with that of `deploy`
    });
  });

  test('names the variables of .env.example and no others, and has a value for none of the secrets', () => {
    assert.deepEqual([...variablesOf(text)].sort(), Object.keys(example).sort());
    for (const name of Object.keys(required)) {
      assert.equal(example[name], '');
      assert.throws(() => fillIn(text, { ...example, ...required, [name]: '' }), new RegExp(name));
    }
    const secrets = Object.entries(example).filter(([name]) => /SECRET|TOKEN|PASSWORD|KEY/.test(name));
    assert.deepEqual(
      secrets.filter(([, value]) => value !== ''),
      [],
    );
  });

  test('gives the containers every variable that the mounted configuration needs, and no others', async () => {
    const named = variablesOfConfig(await readRoot('deploy/config.yaml'));
    for (const { environment: given = {} } of ours) {
      const { NODE_OPTIONS: _node, ...variables } = given;
      assert.deepEqual(
        named.needed.filter((name) => !(name in variables)),
        [],
      );
      assert.deepEqual(
        Object.keys(variables).filter((name) => !named.all.includes(name)),
        [],
      );
    }
  });

  test('mounts a configuration that the program takes, whole and for split roles', async () => {
    const { providers } = await discoverProviders();
    const secrets = Object.fromEntries(
      variablesOf(text).map((name) => [name, /_ENABLED$/.test(name) ? 'true' : `${'ab'.repeat(32)}`]),
    );
    const given = fillIn(text, { ...secrets, TEMPORAL_UI_PORT: '8080', FLOWSTATE_PORT: '8000' });
    const { ingress } = parseCompose(given).services;
    const { config, warnings } = readConfig(await readRoot('deploy/config.yaml'), {
      file: '/etc/flow-state/config.yaml',
      env: ingress?.environment ?? {},
      providers,
    });
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      config.webhooks.providers.flatMap(({ name, enabled }) => (enabled ? [name] : [])).sort(),
      ['clickup', 'discord', 'github', 'slack'],
    );
    assert.doesNotThrow(() => {
      assertSplit(config, 'ingress');
    });
    assert.equal(config.temporal.ui_url, 'http://127.0.0.1:8080');
    assertReached(config.temporal.address, 7233);
    assertReached(config.graph.driver === 'neo4j' ? config.graph.uri.replace('bolt://', '') : '', 7687);
    assertMounted(config, ours);
    assert.ok(portsOf(compose.services['ingress']).every((port) => port === config.webhooks.port));
  });

  test('publishes the UI of Temporal on 127.0.0.1 alone, the ingress where .env says, and nothing else', () => {
    assert.deepEqual(compose.services['temporal-ui']?.ports, ['127.0.0.1:8080:8080']);
    assert.deepEqual(compose.services['ingress']?.ports, ['127.0.0.1:8000:8000']);
    const published = services.filter(([, { ports = [] }]) => ports.length > 0).map(([name]) => name);
    assert.deepEqual(published.sort(), ['ingress', 'temporal-ui']);
    assert.equal(compose.networks['inside']?.internal, true);
    for (const name of ['postgres', 'temporal', 'neo4j'])
      assert.deepEqual(compose.services[name]?.networks, ['inside']);
  });

  test('pins every image, and those of Temporal to the server that the tests run', async () => {
    for (const [name, { image }] of services) assert.match(image, /^[\w./-]+:\d+\.\d+/, name);
    assert.equal(compose.services['temporal']?.image, `temporalio/server:${serverVersion}`);
    for (const name of ['temporal-schema', 'temporal-namespace'])
      assert.ok(compose.services[name]?.image.startsWith(`temporalio/admin-tools:${serverVersion}-`), name);
    const { version } = JSON.parse(await readRoot('package.json')) as { version: string };
    for (const { image } of ours) assert.equal(image, `flow-state-webhooks:${version}`);
  });

  test('runs nothing as root, nothing with rights or memory without bounds, and ours on a read-only disk', () => {
    for (const [name, service] of services) {
      assert.match(service.user ?? '', /^[1-9]\d*:[1-9]\d*$/, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      assert.ok(Number(service.deploy?.resources.limits.pids) > 0, name);
      assert.match(service.deploy?.resources.limits.memory ?? '', /^\d+[MG]$/, name);
    }
    for (const service of ours) assert.equal(service.read_only, true);
  });

  test('gives the worker as much space as it asks for at its start, though it keeps nothing', () => {
    const [, megabytes] = /^\/data:size=(\d+)m,/.exec(compose.services['worker']?.tmpfs?.at(-1) ?? '') ?? [];
    assert.ok(Number(megabytes) > graphMegabytes);
  });

  test('starts the ingress beside Temporal, not after it, so that it takes what comes meanwhile', () => {
    assert.equal(compose.services['ingress']?.depends_on, undefined);
  });

  test('asks for nothing outside of its network where that leads nowhere', () => {
    const { networks, environment: given = {} } = compose.services['temporal-namespace'] ?? {};
    assert.deepEqual(networks, ['inside']);
    assert.match(given['TEMPORAL_ADDRESS'] ?? '', /^passthrough:\/\/\/temporal:/); // else gRPC asks for a TXT record
  });

  test('waits for what is healthy, and gives what stops its time', () => {
    for (const [name, service] of services) {
      const isJob = ['temporal-schema', 'temporal-namespace'].includes(name);
      if (isJob || name === 'temporal-ui') continue;
      assert.ok((service.healthcheck?.test.length ?? 0) > 0, `${name} has a health check`);
      assert.match(service.stop_grace_period ?? '', /^\d+[sm]$/, name);
    }
    for (const [name, { depends_on: others = {} }] of services)
      for (const other of Object.keys(others)) assert.ok(other in compose.services, `${name} → ${other}`);
  });
});

function assertReached(address: string, port: number): void {
  const [host = '', given] = address.split(':');
  assert.ok(['temporal', 'neo4j'].includes(host));
  assert.equal(Number(given), port);
}

/** Where the program keeps something, something is mounted, for a read-only disk takes nothing. */
function assertMounted(
  { data_dir: dataDir, bodies_dir: bodiesDir, file }: { data_dir: string; bodies_dir: string; file: string },
  ours: readonly Service[],
): void {
  for (const { volumes = [], tmpfs = [] } of ours) {
    const targets = [...volumes, ...tmpfs.map((one) => `:${one}`)].map((one) => one.split(':')[1]);
    for (const path of [dataDir, bodiesDir, file]) assert.ok(targets.includes(path), `${path} is mounted`);
    assert.ok(volumes.some((one) => one.startsWith('bodies:')));
  }
}

function portsOf(service: Service | undefined): readonly number[] {
  return (service?.ports ?? []).map((mapping) => Number(mapping.split(':').at(-1)));
}
