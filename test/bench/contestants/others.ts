import { type ChildProcess } from 'node:child_process';
import { message } from '../children.ts';
import type { LoadResult } from '../load/result.ts';
import type { PipelineOrder, Progress } from '../pipelines/pipeline.ts';
import type { Contestant, Place } from './contestant.ts';
import { poster, secret } from './posting.ts';
import { freePort, startDefaultServer, startTunedServer, watchClosed } from './temporal-servers.ts';

/** The samples' way: default server, default worker, two regular activities, a transaction for each event. */
export const naive: Contestant = {
  name: 'naive Temporal pipeline',
  eventsAtFull: 300,
  start: async (place) => {
    const server = await startDefaultServer(place);
    const { child, url } = await pipeline('naive', server.address, place);
    const closed = await watchClosed(server.address, 'default');
    return {
      processes: { node: child.pid ?? NaN, temporal: server.pid },
      load: poster(place.children, url),
      progress: closed.progress,
      deliveries: async () => await ask<number>(child, 'graph'),
      stop: async () => {
        await closed.close();
        await place.children.end(child);
        await server.stop();
      },
    };
  },
};

export const bullmq: Contestant = {
  name: 'Express, BullMQ, Redis',
  eventsAtFull: 3000,
  start: async (place) => {
    const { folder, children } = place;
    const port = await freePort();
    const redis = children.spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''].concat(
        ...[['--appendonly', 'yes', '--appendfsync', 'always', '--loglevel', 'warning']],
      ),
      folder,
    );
    const { child, url } = await pipeline('bullmq', `127.0.0.1:${port}`, place);
    return {
      processes: { node: child.pid ?? NaN, redis: redis.pid ?? NaN },
      load: poster(children, url),
      progress: async () => await ask<Progress>(child, 'progress'),
      deliveries: async () => await ask<number>(child, 'graph'),
      stop: async () => {
        await children.end(child);
        await children.end(redis);
      },
    };
  },
};

/** Temporal with one local activity that does nothing, eager, on the project's server settings. */
export const ceiling: Contestant = {
  name: 'raw ceiling of Temporal',
  eventsAtFull: 2000,
  start: async (place) => {
    const server = await startTunedServer(place);
    const { child } = await pipeline('ceiling', server.address, place);
    const closed = await watchClosed(server.address, 'default');
    return {
      processes: { node: child.pid ?? NaN, temporal: server.pid },
      load: async (load) => {
        const result = message<{ result: LoadResult }>(child, 'result');
        child.send({ kind: 'run', ...load });
        return (await result).result;
      },
      progress: closed.progress,
      deliveries: async () => undefined,
      stop: async () => {
        await closed.close();
        await place.children.end(child);
        await server.stop();
      },
    };
  },
};

async function pipeline(name: string, address: string, { folder, children, nodeArgs }: Place) {
  const order: PipelineOrder = { folder, address, secret };
  const child = children.fork(`pipelines/${name}.js`, [JSON.stringify(order)], { cwd: folder, execArgv: [...nodeArgs], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const { url } = await message<{ url: string }>(child, 'ready');
  return { child, url };
}

async function ask<T>(child: ChildProcess, kind: 'progress' | 'graph'): Promise<T> {
  const answered = message<{ answer: T }>(child, kind);
  child.send({ kind });
  return (await answered).answer;
}
