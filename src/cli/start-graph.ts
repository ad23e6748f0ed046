import type { GraphStore } from '../graph/store.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Together } from '../providers/together.ts';
import { tasksOf } from './role.ts';
import type { SystemOptions } from './system.ts';

/** The graph of the configuration; who writes it sees to its tables first. */
export async function startGraph(
  { config, openGraph, onProgress, role }: SystemOptions,
  together: Together,
  shutdown: Shutdown,
): Promise<GraphStore> {
  onProgress('Opening the graph …');
  const graph = await openGraph(config);
  shutdown.onShutdown('graph', async () => await graph.close());
  if (tasksOf(role).processes) await graph.migrate(together.model);
  return graph;
}
