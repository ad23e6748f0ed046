import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphStore } from '../graph/store.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Together } from '../providers/together.ts';
import type { SystemOptions } from './system.ts';

/** The graph of the configuration, with the tables that the enabled providers write. */
export async function startGraph(
  { config, openGraph, onProgress }: SystemOptions,
  together: Together,
  shutdown: Shutdown,
): Promise<GraphStore> {
  onProgress('Opening the graph …');
  const folder = join(config.data_dir, 'graph');
  await mkdir(folder, { recursive: true });
  const graph = await openGraph(join(folder, 'graph.lbug'));
  shutdown.onShutdown('graph', async () => await graph.close());
  await graph.migrate(together.model);
  return graph;
}
