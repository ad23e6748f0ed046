import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Role } from '../../src/cli/role.ts';
import type { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { packageRoot } from '../../src/package-root.ts';
import { type Part, startPart } from './part.ts';
import type { Sender } from './senders.ts';
import type { Servers } from './servers.ts';

export const adminToken = 'the-admin-token-of-the-cluster';

const members = {
  'ingress-1': 'ingress',
  'ingress-2': 'ingress',
  'worker-1': 'worker',
  'worker-2': 'worker',
} as const satisfies Record<string, Role>;

export type Member = keyof typeof members;

/** The processes of the program, two of each, each as a container of docker-compose.yml would run it. */
export class Fleet {
  readonly #start: (name: Member) => Promise<Part>;
  readonly #parts = new Map<Member, Part>();

  constructor(start: (name: Member) => Promise<Part>) {
    this.#start = start;
  }

  /** All of them at once, as an orchestrator does. */
  async startAll(): Promise<void> {
    await Promise.all((Object.keys(members) as Member[]).map(async (name) => await this.start(name)));
  }

  async start(name: Member): Promise<void> {
    this.#parts.set(name, await this.#start(name));
  }

  async kill(name: Member): Promise<void> {
    await this.#partOf(name).kill();
  }

  urlOf(name: Member): string {
    return this.#partOf(name).url;
  }

  /** SIGTERM to all. @returns those that did not end with 0, and with what */
  async stopAll(): Promise<readonly string[]> {
    const ends = await Promise.all(
      [...this.#parts].map(async ([name, part]) => [name, await part.stop()] as const),
    );
    return ends.filter(([, end]) => end !== 0).map(([name, end]) => `${name}: ${end}`);
  }

  #partOf(name: Member): Part {
    const part = this.#parts.get(name);
    if (part === undefined) throw new Error(`${name} was not started`);
    return part;
  }
}

/** Starts all of them with the configuration of docker-compose.yml, with the senders in it. */
export async function startFleet(
  { temporal, neo4j }: Servers,
  { senders, folder }: { readonly senders: readonly Sender[]; readonly folder: string },
  shutdown: Shutdown,
): Promise<Fleet> {
  const variables = {
    TEMPORAL_ADDRESS: temporal.address,
    NEO4J_URI: neo4j.options.uri,
    NEO4J_PASSWORD: neo4j.options.password,
    FLOWSTATE_BODIES_DIR: join(folder, 'bodies'),
    FLOWSTATE_ADMIN_TOKEN: adminToken,
  };
  await mkdir(variables.FLOWSTATE_BODIES_DIR);
  const files = await writeConfigs(folder, senders);
  const fleet = new Fleet(
    async (name) =>
      await startPart({ role: members[name], name, folder, configFile: files(name), variables }),
  );
  shutdown.onShutdown('the processes', async () => void (await fleet.stopAll()));
  await fleet.startAll();
  return fleet;
}

/** Of the two ingresses, one keeps each delivery in its inbox first: what is killed has some to give. */
async function writeConfigs(folder: string, senders: readonly Sender[]): Promise<(name: Member) => string> {
  const shipped = parse(await readFile(join(packageRoot, 'deploy', 'config.yaml'), 'utf8')) as {
    webhooks: object;
    inbox: object;
  };
  const providers = Object.fromEntries(
    senders.map(({ name, provider, settings }) => [
      name,
      { enabled: true, type: provider.name, ...settings },
    ]),
  );
  const config = { ...shipped, webhooks: { ...shipped.webhooks, providers } };
  const file = join(folder, 'config.yaml');
  const alwaysFile = join(folder, 'config-always.yaml');
  await writeFile(file, stringify(config));
  await writeFile(alwaysFile, stringify({ ...config, inbox: { mode: 'always' } }));
  return (name) => (name === 'ingress-1' ? alwaysFile : file);
}
