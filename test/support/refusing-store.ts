import { GraphRejectedError, GraphUnavailableError } from '../../src/errors.ts';
import type { GraphModel } from '../../src/graph/model.ts';
import type {
  ApplyResult,
  DeliveryChange,
  DumpLine,
  EntityView,
  GraphStore,
  QueryBounds,
  QueryResult,
} from '../../src/graph/store.ts';

/** A real store behind a switch: a test makes it unavailable, or makes it reject single deliveries. */
export class RefusingStore implements GraphStore {
  isDown = false;
  /** Deliveries whose key is here are rejected for good. */
  readonly rejected = new Set<string>();
  readonly #store: GraphStore;

  constructor(store: GraphStore) {
    this.#store = store;
  }

  async migrate(model: GraphModel): Promise<void> {
    await this.#store.migrate(model);
  }

  async apply(change: DeliveryChange): Promise<ApplyResult> {
    this.#check();
    if (this.rejected.has(change.key)) throw new GraphRejectedError('The test rejects this delivery.');
    return await this.#store.apply(change);
  }

  async query(
    cypher: string,
    parameters: Record<string, unknown>,
    bounds: QueryBounds,
  ): Promise<QueryResult> {
    return await this.#store.query(cypher, parameters, bounds);
  }

  async entity(label: string, key: string): Promise<EntityView | undefined> {
    return await this.#store.entity(label, key);
  }

  async declared(): Promise<GraphModel> {
    return await this.#store.declared();
  }

  dump(): AsyncIterable<DumpLine> {
    return this.#store.dump();
  }

  deliveries(): AsyncIterable<DeliveryChange> {
    return this.#store.deliveries();
  }

  async ping(): Promise<void> {
    this.#check();
    await this.#store.ping();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  #check(): void {
    if (this.isDown) throw new GraphUnavailableError('The test has taken the graph away.');
  }
}
