import type { Progress } from '../pipelines/pipeline.ts';
import type { Contestant } from './contestant.ts';
import { ask, startPipeline } from './pipelines.ts';
import { poster } from './posting.ts';
import { freePort, startPlainServer, watchClosed } from './temporal-servers.ts';

/** The samples' way: default server, default worker, two regular activities, a transaction for each event. */
export const naive: Contestant = {
  name: 'naive Temporal pipeline',
  start: async (place) => {
    const server = await startPlainServer(place);
    const { child, url } = await startPipeline('naive', place, { address: server.address });
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
  start: async (place) => {
    const { folder, children } = place;
    const port = await freePort();
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const here = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--loglevel', 'warning'];
    const redis = children.spawn('redis-server', [...here, ...durable], { cwd: folder });
    const { child, url } = await startPipeline('bullmq', place, { address: `127.0.0.1:${port}` });
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
