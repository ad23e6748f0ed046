import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatementCosts } from '../../src/graph/ladybug/statement-costs.ts';
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
export const openLadybug: OpenTestStore = async (model) => await openWith(new StatementCosts(), model);

/** One that follows edges row by row, as it does where the graph is large. */
export const openLadybugRowByRow: OpenTestStore = async (model) => await openWith(new AlwaysAlone(), model);

class AlwaysAlone extends StatementCosts {
  override isCheaperAlone(): boolean {
    return true;
  }
}

async function openWith(costs: StatementCosts, model: GraphModel = testModel): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-graph-'));
  const store = await openLadybugStore({
    path: join(folder, 'graph.lbug'),
    bufferPoolBytes: 256 * 1024 * 1024,
    costs,
  });
  await store.migrate(model);
  return {
    store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
