import type { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import type { GraphStore } from '../graph/store.ts';
import type { Inbox } from '../ingress/inbox/inbox.ts';
import { persist } from '../lifecycle/persist.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import { type RunningWorkers, startWorkers } from '../temporal/worker.ts';
import type { Parts, SystemOptions } from './system.ts';

interface ProcessingParts extends Parts {
  readonly graph: GraphStore;
  /** Of this process, where it has one: it hears what is done. */
  readonly inbox: Inbox | undefined;
}

export interface Workers {
  /** They wait for a Temporal that was away at the start, all of them poll, or one has ended. */
  state(): 'waiting' | 'running' | 'ended';
}

/** The workers of all enabled providers; where Temporal is away still, they begin when it is there. */
export async function startProcessing(
  options: SystemOptions,
  parts: ProcessingParts,
  shutdown: Shutdown,
): Promise<Workers> {
  const { log, onProgress } = options;
  const { connection } = parts.temporal;
  let starting: Promise<RunningWorkers> | undefined;
  let workers: RunningWorkers | undefined;
  const begin = async (): Promise<void> => {
    starting = startOn(await connection.whenOpen(), options, parts);
    workers = await starting;
  };
  shutdown.onShutdown('workers', async () => {
    await starting?.catch(() => undefined);
    await workers?.stop();
  });
  if (connection.isOpen) {
    onProgress('Starting the workers …');
    await begin();
  } else {
    const onFailure = (error: unknown): void =>
      log.error({ err: error }, 'the workers cannot be started yet');
    persist(begin, { signal: shutdown.signal, onFailure }).catch(() => undefined); // at the end of the process
  }
  return {
    state: () => (workers === undefined ? 'waiting' : workers.isRunning() ? 'running' : 'ended'),
  };
}

async function startOn(
  connection: NativeConnection,
  { config, log, version }: SystemOptions,
  { temporal, graph, active, together, inbox }: ProcessingParts,
): Promise<RunningWorkers> {
  return await startWorkers({
    connection,
    dataConverter: temporal.dataConverter,
    namespace: config.temporal.namespace,
    providers: [...active.keys()],
    version,
    activities: createActivities({
      providers: active,
      graph,
      connect: together.connect,
      log: log.child({ component: 'worker' }),
      onAsking: (provider, workflowId) => inbox?.asking(provider, workflowId),
      onApplied: (provider, workflowId) => inbox?.applied(provider, workflowId),
    }),
    onFailure: (error, provider) => {
      log.error(
        { provider, err: error },
        'a worker ended unasked, or none could take its place yet; it is tried again',
      );
    },
  });
}
