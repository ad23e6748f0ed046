import { DeferredGraph, type GraphReader } from '../graph/deferred.ts';
import type { GraphStore } from '../graph/store.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Together } from '../providers/together.ts';
import type { SystemOptions } from './system.ts';

type GraphOptions = Pick<SystemOptions, 'config' | 'openGraph' | 'onProgress'>;

/** The graph of the configuration, with the tables of the enabled providers, for who writes it. */
export async function startGraph(
  { config, openGraph, onProgress }: GraphOptions,
  together: Together,
  shutdown: Shutdown,
): Promise<GraphStore> {
  onProgress('Opening the graph …');
  const graph = await openGraph(config);
  shutdown.onShutdown('graph', async () => await graph.close());
  await graph.migrate(together.model);
  return graph;
}

/** The same for an ingress, which takes deliveries while the graph is away. */
export function deferGraph(
  { config, openGraph }: GraphOptions,
  together: Together,
  shutdown: Shutdown,
): GraphReader {
  const graph = new DeferredGraph(async () => {
    const store = await openGraph(config);
    try {
      await store.migrate(together.model); // by which it knows the labels
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  });
  shutdown.onShutdown('graph', async () => await graph.close());
  return graph;
}
