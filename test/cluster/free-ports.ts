import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Temporal writes the ports of its members into a column of two bytes with a sign; below them are the well-known ones. */
const lowest = 10_000;
const highest = 32_000;
const attempts = 1000;

/** So many ports of this machine that nobody listens on, all different, none above 32,767. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  for (let attempt = 0; held.size < count && attempt < attempts; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = held.has(port) ? undefined : await hold(port);
    if (server !== undefined) held.set(port, server);
  }
  await Promise.all([...held.values()].map(release));
  if (held.size < count) throw new Error(`There are no ${count} free ports.`);
  return [...held.keys()];
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  return await once(server, 'listening').then(
    () => server,
    () => undefined,
  );
}

async function release(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
