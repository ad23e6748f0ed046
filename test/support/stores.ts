import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLadybugStore } from '../../src/graph/ladybug/store.ts';
import { MemoryStore } from '../../src/graph/memory.ts';
import type { GraphModel } from '../../src/graph/model.ts';
import type { GraphStore } from '../../src/graph/store.ts';
import { testModel } from './changes.ts';

export interface OpenStore {
  readonly store: GraphStore;
  close(): Promise<void>;
}

export type OpenTestStore = (model?: GraphModel) => Promise<OpenStore>;

export const openMemory: OpenTestStore = async (model = testModel) => {
  const store = new MemoryStore();
  await store.migrate(model);
  return { store, close: async () => await store.close() };
};

/** A database of its own in a temporary folder. */
export const openLadybug: OpenTestStore = async (model = testModel) => {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-graph-'));
  const store = await openLadybugStore({
    path: join(folder, 'graph.lbug'),
    bufferPoolBytes: 256 * 1024 * 1024,
  });
  await store.migrate(model);
  return {
    store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
