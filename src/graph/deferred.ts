import type { EntityView, GraphStore, QueryBounds, QueryResult } from './store.ts';

/** What of a graph is asked, and not written. */
export type GraphReader = Pick<GraphStore, 'query' | 'entity' | 'ping'>;

/** A graph that is opened when it is first asked, and again where that failed: who only reads it starts without it. */
export class DeferredGraph implements GraphReader {
  readonly #open: () => Promise<GraphStore>;
  #opening: Promise<GraphStore> | undefined;

  constructor(open: () => Promise<GraphStore>) {
    this.#open = open;
  }

  async query(
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
    bounds: QueryBounds,
  ): Promise<QueryResult> {
    return await (await this.#reach()).query(cypher, parameters, bounds);
  }

  async entity(label: string, key: string): Promise<EntityView | undefined> {
    return await (await this.#reach()).entity(label, key);
  }

  async ping(): Promise<void> {
    await (await this.#reach()).ping();
  }

  async close(): Promise<void> {
    const store = await this.#opening?.catch(() => undefined);
    await store?.close();
  }

  /** @throws GraphUnavailableError */
  async #reach(): Promise<GraphStore> {
    const opening = (this.#opening ??= this.#open());
    try {
      return await opening;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }
}
