import { createActivities } from '../../activities/index.ts';
import type { GraphStore } from '../graph/store.ts';
import type { Inbox } from '../ingress/inbox/inbox.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import { type RunningWorkers, startWorkers } from '../temporal/worker.ts';
import type { Parts, SystemOptions } from './system.ts';

interface ProcessingParts extends Parts {
  readonly graph: GraphStore;
  /** Of this process, where it has one: it hears what is done. */
  readonly inbox: Inbox | undefined;
}

/** The workers of all enabled providers. */
export async function startProcessing(
  { config, log, onProgress, version }: SystemOptions,
  { temporal, graph, active, together, inbox }: ProcessingParts,
  shutdown: Shutdown,
): Promise<RunningWorkers> {
  onProgress('Starting the workers …');
  const workers = await startWorkers({
    connection: temporal.connection,
    dataConverter: temporal.dataConverter,
    namespace: config.temporal.namespace,
    providers: [...active.keys()],
    version,
    activities: createActivities({
      providers: active,
      graph,
      connect: together.connect,
      log: log.child({ component: 'worker' }),
      onApplied: (provider, workflowId) => inbox?.applied(provider, workflowId),
    }),
    onFailure: (error) => {
      log.error({ err: error }, 'a worker ended unasked');
    },
  });
  shutdown.onShutdown('workers', async () => await workers.stop());
  return workers;
}
