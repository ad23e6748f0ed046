import type { GraphStore } from '../../src/graph/store.ts';
import { type Day, readDay } from '../scenario/changes-of-day.ts';
import { theEvening } from '../scenario/evening.ts';
import { serveGraph } from './graph-server.ts';
import { openLadybug, type OpenTestStore } from './stores.ts';

/** The graph at the end of the day, served over HTTP. */
export interface Evening {
  readonly day: Day;
  readonly graph: GraphStore;
  readonly url: string;
  readonly adminToken: string;
  /** For a command that asks it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function serveEvening(open: OpenTestStore = openLadybug): Promise<Evening> {
  const day = await readDay(await theEvening());
  const opened = await open(day.model);
  for (const change of day.changes) await opened.store.apply(change);
  const { model, namesIn } = day;
  const server = await serveGraph({ graph: opened.store, model, namesIn });
  return {
    ...{ day, graph: opened.store, url: server.url, adminToken: server.adminToken },
    environment: { FLOWSTATE_URL: server.url, FLOWSTATE_ADMIN_TOKEN: server.adminToken },
    close: async () => {
      await server.close();
      await opened.close();
    },
  };
}
