import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { ConfigInvalidError } from '../errors.ts';
import type { GraphStore } from '../graph/store.ts';

export interface GraphMemory {
  /** Of the embedded store; the server's memory is the server's. */
  readonly bufferPoolBytes?: number;
}

/**
 * Opens the store that the configuration names; the caller migrates and closes it. Only the engine that is used is
 * loaded.
 *
 * @throws DataDirLockedError, GraphUnavailableError, ConfigInvalidError where the authority's file cannot be read
 */
export async function openGraph(
  { graph, data_dir: dataDir }: Pick<Config, 'graph' | 'data_dir'>,
  memory: GraphMemory = {},
): Promise<GraphStore> {
  if (graph.driver === 'embedded') {
    const folder = join(dataDir, 'graph');
    await mkdir(folder, { recursive: true });
    const { openLadybugStore } = await import('../graph/ladybug/store.ts');
    return await openLadybugStore({ path: join(folder, 'graph.lbug'), ...memory });
  }
  if (graph.ca_file !== undefined) await requireReadable(graph.ca_file);
  const { openNeo4jStore } = await import('../graph/neo4j/store.ts');
  return await openNeo4jStore({
    uri: graph.uri,
    user: graph.user,
    password: graph.password,
    database: graph.database,
    caFile: graph.ca_file,
    maxConnections: graph.max_connections,
    connectTimeoutMs: graph.connect_timeout_seconds * 1000,
    acquireTimeoutMs: graph.acquire_timeout_seconds * 1000,
    transactionTimeoutMs: graph.transaction_timeout_seconds * 1000,
  });
}

async function requireReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    const message = `cannot be read: ${(error as Error).message}`;
    throw new ConfigInvalidError('The configuration', [{ path: 'graph.ca_file', message }]);
  }
}
