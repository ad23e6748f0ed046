import { GraphUnavailableError } from '../../errors.ts';
import type { GraphStore } from '../store.ts';
import type { Neo4jOptions } from './options.ts';

/** @throws GraphUnavailableError */
export async function openNeo4jStore({ uri }: Neo4jOptions): Promise<GraphStore> {
  throw new GraphUnavailableError(`The graph at ${uri} cannot be opened: this store is being written.`);
}
