import type { StoredDelivery, Transaction, WritePlan } from '../backend.ts';
import type { NodeState } from '../clock.ts';
import type { EdgeAssertion } from '../converge.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import type { Dialect } from './dialect.ts';
import { deliveriesByKey, deliveriesTouching, edgesOf, nodeStates, type Reading } from './read.ts';
import type { CypherRunner } from './statement.ts';
import { planStatements } from './write.ts';

/**
 * One transaction of an engine that speaks Cypher. Every statement names its labels and finds nodes by UNWIND and MATCH
 * on the key: in the embedded engine MERGE of nodes, `key IN` and two nodes in one MATCH read whole tables.
 */
export class CypherTransaction implements Transaction {
  readonly #runner: CypherRunner;
  readonly #dialect: Dialect;
  readonly #model: GraphModel;

  constructor(runner: CypherRunner, dialect: Dialect, model: GraphModel) {
    this.#runner = runner;
    this.#dialect = dialect;
    this.#model = model;
  }

  async readDeliveries(keys: readonly string[]): Promise<StoredDelivery[]> {
    return await this.#read(deliveriesByKey(this.#dialect, keys));
  }

  async readStates(nodes: readonly NodeRef[]): Promise<NodeState[]> {
    return await this.#read(nodeStates(this.#dialect, this.#model, nodes));
  }

  async readTouching(nodes: readonly NodeRef[]): Promise<StoredDelivery[]> {
    const found = await this.#read(deliveriesTouching(this.#dialect, nodes));
    return [...new Map(found.map((delivery) => [delivery.key, delivery])).values()];
  }

  async readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<EdgeAssertion[]> {
    return await this.#read(edgesOf(this.#dialect, { type, direction, nodes }));
  }

  async write(plan: WritePlan): Promise<void> {
    await this.#runner.runAll(planStatements(this.#dialect, this.#model, plan));
  }

  async #read<T>(readings: readonly Reading<T>[]): Promise<T[]> {
    const results = await this.#runner.runAll(readings.map(({ statement }) => statement));
    return readings.flatMap(({ of }, index) => (results[index] ?? []).map(of));
  }
}
