import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';

export interface Ports {
  readonly frontend: number;
  readonly ui: number;
  readonly http: number;
  readonly metrics: number;
}

/** The remembered ports as far as they are free, so that addresses stay the same over restarts; else others. */
export async function choosePorts(remembered: Partial<Ports>): Promise<Ports> {
  const taken = new Set<number>();
  const choose = async (port: number | undefined): Promise<number> => {
    const free = port !== undefined && !taken.has(port) && (await isFree(port)) ? port : await anyPort();
    if (taken.has(free)) return await choose(undefined);
    taken.add(free);
    return free;
  };
  const frontend = await choose(remembered.frontend);
  const ui = await choose(remembered.ui);
  const http = await choose(remembered.http);
  return { frontend, ui, http, metrics: await choose(remembered.metrics) };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    if (server.listening) await closed(server);
  }
}

/** Below those that systems give to outgoing connections, of which one would take it while the server is away. */
const first = 20_000;
const last = 32_000;
const draws = 20;

async function anyPort(): Promise<number> {
  for (let draw = 0; draw < draws; draw += 1) {
    const port = randomInt(first, last);
    if (await isFree(port)) return port;
  }
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await closed(server);
  return port;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

export async function accepts(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
