import { EntityUnknownError, QueryRefusedError } from '../errors.ts';
import type { Backend, StoredDelivery, Transaction, WritePlan } from './backend.ts';
import { decodeClock, deletionOf, encodeClock, type NodeState, splitStamp } from './clock.ts';
import { type EdgeAssertion, isEndedBy, keepNewest } from './converge.ts';
import { ConvergingWriter } from './converging-writer.ts';
import { type GraphModel, mergeModels } from './model.ts';
import type { NodeRef } from './mutation.ts';
import type {
  ApplyResult,
  DeliveryChange,
  DumpLine,
  EntityView,
  GraphStore,
  Neighbour,
  QueryResult,
} from './store.ts';
import { validateMutations } from './validate.ts';
import { encodeMutations } from './wrote.ts';

/** A graph in memory, for tests: the same rules as any other store, without a query language. */
export class MemoryStore implements GraphStore, Backend, Transaction {
  #model: GraphModel = { nodes: {}, edges: {} };
  readonly #nodes = new Map<string, NodeState>();
  readonly #edges = new Map<string, EdgeAssertion>();
  readonly #deliveries = new Map<string, StoredDelivery & { readonly change: DeliveryChange }>();
  readonly #touched = new Map<string, readonly NodeRef[]>();
  readonly #writer = new ConvergingWriter(this, () => this.#model);

  async migrate(model: GraphModel): Promise<void> {
    this.#model = mergeModels([this.#model, model]);
  }

  async declared(): Promise<GraphModel> {
    return this.#model;
  }

  async apply(change: DeliveryChange): Promise<ApplyResult> {
    validateMutations(this.#model, change.mutations);
    return await this.#writer.apply(change);
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return await work(this);
  }

  async readDeliveries(keys: readonly string[]): Promise<StoredDelivery[]> {
    return keys.flatMap((key) => this.#deliveries.get(key) ?? []);
  }

  async readStates(nodes: readonly NodeRef[]): Promise<NodeState[]> {
    return nodes.flatMap(({ key }) => {
      const state = this.#nodes.get(key);
      return state === undefined ? [] : [decodeClock(state.ref, encodeClock(state), state.values)];
    });
  }

  async readTouching(nodes: readonly NodeRef[]): Promise<StoredDelivery[]> {
    const keys = new Set(nodes.map(({ key }) => key));
    return [...this.#deliveries.values()].filter(({ key }) =>
      this.#touched.get(key)?.some((node) => keys.has(node.key)),
    );
  }

  async readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<EdgeAssertion[]> {
    const keys = new Set(nodes.map(({ key }) => key));
    return [...this.#edges.values()].filter(
      (edge) => edge.type === type && keys.has(direction === 'out' ? edge.from.key : edge.to.key),
    );
  }

  async write(plan: WritePlan): Promise<void> {
    for (const { change } of plan.deliveries) {
      const { key, eventTime, runId, firstRunId, mutations } = change;
      const wrote = encodeMutations(mutations);
      this.#deliveries.set(key, { key, eventTime, runId, firstRunId, wrote, change });
    }
    for (const { state } of plan.nodes) this.#nodes.set(state.ref.key, state);
    for (const { key } of plan.cleared) this.#endEdges(({ from, to }) => from.key === key || to.key === key);
    for (const ending of plan.endings) this.#endEdges((edge) => isEndedBy(edge, ending));
    for (const { edge } of plan.edges) keepNewest(this.#edges, edge);
    for (const key of plan.untouched) this.#touched.delete(key);
    for (const { delivery, node } of plan.touched) {
      this.#touched.set(delivery, [...(this.#touched.get(delivery) ?? []), node]);
    }
    for (const { key } of plan.forgotten) this.#nodes.delete(key);
  }

  async query(): Promise<QueryResult> {
    throw new QueryRefusedError('The graph in memory has no query language.');
  }

  async entity(label: string, key: string): Promise<EntityView | undefined> {
    const state = this.#nodes.get(key);
    if (state?.ref.label !== label) return undefined;
    const deletion = deletionOf(state);
    return {
      node: state.ref,
      properties: Object.fromEntries(state.values),
      deletedAt: deletion === undefined ? null : splitStamp(deletion).at,
      sources: Object.fromEntries([...state.written].map(([name, stamp]) => [name, splitStamp(stamp)])),
      neighbours: [...this.#edges.values()].flatMap((edge) => this.#neighbour(edge, key)),
      deliveries: [...this.#deliveries.values()]
        .filter((delivery) => this.#touched.get(delivery.key)?.some((node) => node.key === key))
        .map(({ change: { key: delivery, eventType, eventTime } }) => ({
          key: delivery,
          eventType,
          eventTime,
        }))
        .sort((a, b) => (a.eventTime < b.eventTime ? 1 : -1)),
    };
  }

  async *dump(): AsyncIterable<DumpLine> {
    for (const state of [...this.#nodes.values()].sort(byKey)) yield nodeLine(state);
    for (const [key, { type, from, to, stamp }] of [...this.#edges].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key !== '') yield { kind: 'edge', type, from, to, stamp };
    }
  }

  async *deliveries(): AsyncIterable<DeliveryChange> {
    for (const key of [...this.#deliveries.keys()].sort()) {
      const known = this.#deliveries.get(key);
      if (known !== undefined) yield known.change;
    }
  }

  async ping(): Promise<void> {
    await this.#writer.idle();
  }

  async close(): Promise<void> {
    await this.#writer.idle();
  }

  #neighbour({ type, from, to, stamp }: EdgeAssertion, key: string): Neighbour[] {
    if (from.key !== key && to.key !== key) return [];
    const node = from.key === key ? to : from;
    const state = this.#nodes.get(node.key);
    if (state === undefined) throw new EntityUnknownError(`An edge ends at ${node.key}, which is not there.`);
    const name = state.values.get('name') ?? state.values.get('title');
    const direction = from.key === key ? 'out' : 'in';
    return [{ type, direction, node, name: typeof name === 'string' ? name : null, ...splitStamp(stamp) }];
  }

  #endEdges(isEnded: (edge: EdgeAssertion) => boolean): void {
    for (const [key, edge] of this.#edges) if (isEnded(edge)) this.#edges.delete(key);
  }
}

/** A property that is null is left out: a store with columns cannot tell it from one that was never written. */
function nodeLine(state: NodeState): DumpLine {
  const values = [...state.values].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: 'node', ...state.ref, properties: Object.fromEntries(values), clock: encodeClock(state) };
}

function byKey(a: NodeState, b: NodeState): number {
  const [left, right] = [`${a.ref.label} ${a.ref.key}`, `${b.ref.label} ${b.ref.key}`];
  return left < right ? -1 : 1;
}
