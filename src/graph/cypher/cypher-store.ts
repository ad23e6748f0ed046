import { GraphUnavailableError } from '../../errors.ts';
import type { Backend, Transaction } from '../backend.ts';
import { ConvergingWriter } from '../converging-writer.ts';
import { coreModel } from '../core-model.ts';
import { type GraphModel, mergeModels } from '../model.ts';
import type {
  ApplyResult,
  DeliveryChange,
  DumpLine,
  EntityView,
  GraphStore,
  QueryBounds,
  QueryResult,
} from '../store.ts';
import { validateMutations } from '../validate.ts';
import type { Dialect } from './dialect.ts';
import { dumpDeliveries, dumpGraph } from './dump.ts';
import { readEntity } from './entity.ts';
import type { CypherReader } from './statement.ts';

/** What the stores of engines that speak Cypher have in common. An engine brings its schema, its sessions and how it writes. */
export abstract class CypherStore<Reader extends CypherReader> implements GraphStore, Backend {
  readonly #dialect: Dialect;
  readonly #writer = new ConvergingWriter(this, () => this.#model);
  #model: GraphModel = { nodes: {}, edges: {} };
  #closed = false;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Called by the writer alone, one at a time. */
  abstract transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  abstract query(
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
    bounds: QueryBounds,
  ): Promise<QueryResult>;
  abstract declared(): Promise<GraphModel>;
  protected abstract migrateTo(model: GraphModel): Promise<void>;
  protected abstract read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  protected abstract stream<T>(read: (reader: Reader) => AsyncIterable<T>): AsyncIterable<T>;
  protected abstract closeEngine(): Promise<void>;

  /** What it is migrated to. */
  protected get model(): GraphModel {
    return this.#model;
  }

  async migrate(model: GraphModel): Promise<void> {
    const merged = mergeModels([this.#model, coreModel, model]);
    await this.migrateTo(merged);
    this.#model = merged;
  }

  async apply(change: DeliveryChange): Promise<ApplyResult> {
    this.#requireOpen();
    validateMutations(this.#model, change.mutations);
    return await this.#writer.apply(change);
  }

  async entity(label: string, key: string): Promise<EntityView | undefined> {
    if (!Object.hasOwn(this.#model.nodes, label)) return undefined;
    const asked = { dialect: this.#dialect, model: this.#model, node: { label, key } };
    return await this.read(async (reader) => await readEntity(reader, asked));
  }

  dump(): AsyncIterable<DumpLine> {
    return this.stream((reader) => dumpGraph(reader, { dialect: this.#dialect, model: this.#model }));
  }

  deliveries(): AsyncIterable<DeliveryChange> {
    return this.stream((reader) => dumpDeliveries(reader, this.#dialect));
  }

  async ping(): Promise<void> {
    this.#requireOpen();
    await this.probe();
  }

  protected async probe(): Promise<void> {
    await this.read(async (reader) => await reader.runAll([{ text: 'RETURN 1', parameters: {} }]));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.idle();
    await this.closeEngine();
  }

  #requireOpen(): void {
    if (this.#closed) throw new GraphUnavailableError('The graph is closed.');
  }
}
