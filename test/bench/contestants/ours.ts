import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { recordedServer } from '../../../src/cli/server-record.ts';
import { readRecord } from '../../../src/temporal/dev-server/record.ts';
import { eventually } from '../../support/eventually.ts';
import type { Contestant, Place, Started } from './contestant.ts';
import { poster, secret } from './posting.ts';
import {
  startServerOnPostgres,
  startTunedServer,
  type TemporalServer,
  watchClosed,
} from './temporal-servers.ts';

const program = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const adminToken = 'the-admin-token-of-the-benchmark';

export type InboxMode = 'always' | 'overflow' | 'off';

/** The shipped program as a process of its own. `always` runs on its embedded server, the others by address on the same. */
export function ours(mode: InboxMode): Contestant {
  return {
    name: `this project, inbox ${mode}`,
    start: async (place) =>
      await start(mode, { place, server: mode === 'always' ? undefined : await startTunedServer(place) }),
  };
}

export function oursOnPostgres(mode: InboxMode): Contestant {
  return {
    name: `this project, inbox ${mode}, Temporal on PostgreSQL`,
    start: async (place) => await start(mode, { place, server: await startServerOnPostgres(place) }),
  };
}

interface Surroundings {
  readonly place: Place;
  /** The embedded one unless given. */
  readonly server: TemporalServer | undefined;
}

async function start(mode: InboxMode, { place, server }: Surroundings): Promise<Started> {
  const { folder, children, nodeArgs } = place;
  await writeFile(join(folder, 'config.yaml'), configuration(mode, server?.address ?? 'embedded'));
  const child = children.spawn(process.execPath, [...nodeArgs, program, 'start'], { cwd: folder });
  const url = await urlOf(join(folder, 'data'));
  const temporal = server ?? (await embeddedServer(folder));
  const closed = await watchClosed(temporal.address, 'flow-state');
  return {
    processes: { node: child.pid ?? NaN, temporal: temporal.pid },
    families: server?.families ?? {},
    load: poster(children, `${url}/webhooks/github`),
    progress: closed.progress,
    deliveries: async () => await deliveriesIn(url),
    stop: async () => {
      await closed.close();
      await children.end(child);
      await server?.stop();
    },
  };
}

function configuration(mode: InboxMode, address: string): string {
  return `
webhooks:
  host: 127.0.0.1
  port: 0
  providers:
    github: { webhook_secret: ${secret} }
temporal: { address: "${address}" }
inbox: { mode: "${mode}" }
admin: { token: ${adminToken} }
`;
}

async function urlOf(dataDir: string): Promise<string> {
  let url: string | undefined;
  await eventually(async () => {
    url = await recordedServer(dataDir);
    if (url === undefined) throw new Error('the program is not ready');
  }, 60_000);
  return url ?? '';
}

async function embeddedServer(folder: string): Promise<Omit<TemporalServer, 'stop'>> {
  const record = await readRecord(join(folder, 'data', 'temporal'));
  if (record === undefined) {
    throw new Error(`no Temporal server: ${await readFile(join(folder, 'data', 'lock.json'), 'utf8')}`);
  }
  return { address: `127.0.0.1:${record.ports.frontend}`, pid: record.pid };
}

async function deliveriesIn(url: string): Promise<number> {
  const response = await fetch(`${url}/graph`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'MATCH (d:Delivery) RETURN count(d)' }),
  });
  const { rows } = (await response.json()) as { rows: unknown[][] };
  return Number(rows[0]?.[0]);
}
