import { message } from '../children.ts';
import type { LoadResult } from '../load/result.ts';
import type { Contestant, Place } from './contestant.ts';
import { startPipeline } from './pipelines.ts';
import {
  startPlainServer,
  startServerOnPostgres,
  startTunedServer,
  type TemporalServer,
  watchClosed,
} from './temporal-servers.ts';

interface Settings {
  readonly name: string;
  readonly server: (place: Place) => Promise<TemporalServer>;
  /** Of the worker; eager starts are granted while slots are free. */
  readonly slots?: number;
  /** The SDK's default: messages between client and server are compressed. */
  readonly gzip: boolean;
}

/** Temporal alone: a workflow of one local activity that does nothing. */
function temporalAlone({ name, server: startServer, slots, gzip }: Settings): Contestant {
  return {
    name,
    start: async (place) => {
      const server = await startServer(place);
      const order = { address: server.address, gzip, ...(slots === undefined ? {} : { slots }) };
      const { child } = await startPipeline('ceiling', place, order);
      const closed = await watchClosed(server.address, 'default');
      return {
        processes: { node: child.pid ?? NaN, temporal: server.pid },
        families: server.families ?? {},
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
}

const manySlots = 200;

/** The best settings of the server, and slots enough; else as the SDK is. */
export const ceiling = temporalAlone({
  name: 'raw ceiling of Temporal',
  server: startTunedServer,
  slots: manySlots,
  gzip: true,
});

export const ceilingOnPostgres = temporalAlone({
  name: 'raw ceiling of Temporal on PostgreSQL',
  server: startServerOnPostgres,
  slots: manySlots,
  gzip: true,
});

const pragmas = (...texts: string[]): string[] => texts.flatMap((text) => ['--sqlite-pragma', text]);
const wal = pragmas('journal_mode=WAL', 'synchronous=1');
const onePartition = ['Read', 'Write'].flatMap((way) => [
  '--dynamic-config-value',
  `matching.numTaskqueue${way}Partitions=1`,
]);
const memory = pragmas('cache_size=-65536', 'temp_store=2');
const rareCheckpoints = pragmas('wal_autocheckpoint=4000');
const lazyCollector = { GOGC: '400', GOMEMLIMIT: '512MiB' };

function plain(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return async (place: Place) => await startPlainServer(place, { args, env });
}

/** One setting after the other, each with all before it. */
export const levers: readonly Contestant[] = [
  temporalAlone({ name: 'defaults of server and SDK', server: plain([]), gzip: true }),
  temporalAlone({ name: '+ SQLite in WAL mode, synchronous=1', server: plain(wal), gzip: true }),
  temporalAlone({ name: '+ one partition', server: plain([...wal, ...onePartition]), gzip: true }),
  temporalAlone({
    name: '+ 200 slots',
    server: plain([...wal, ...onePartition]),
    slots: manySlots,
    gzip: true,
  }),
  temporalAlone({
    name: '+ no gzip on the way to the server',
    server: plain([...wal, ...onePartition]),
    slots: manySlots,
    gzip: false,
  }),
  temporalAlone({
    name: '+ 64 MB of page cache, temporary tables in memory',
    server: plain([...wal, ...onePartition, ...memory]),
    slots: manySlots,
    gzip: false,
  }),
  temporalAlone({
    name: '+ a checkpoint each 16 MB of WAL instead of 4',
    server: plain([...wal, ...onePartition, ...memory, ...rareCheckpoints]),
    slots: manySlots,
    gzip: false,
  }),
  temporalAlone({
    name: '+ a garbage collector that waits longer (GOGC=400, GOMEMLIMIT=512MiB)',
    server: plain([...wal, ...onePartition, ...memory, ...rareCheckpoints], lazyCollector),
    slots: manySlots,
    gzip: false,
  }),
];
