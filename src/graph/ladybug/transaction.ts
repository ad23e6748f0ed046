import type { StoredDelivery, Transaction, WritePlan } from '../backend.ts';
import type { NodeState } from '../clock.ts';
import type { EdgeAssertion } from '../converge.ts';
import type { CypherRunner } from '../cypher/statement.ts';
import type { GraphModel } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { deliveriesByKey, deliveriesTouching, edgesOf, nodeStates, type Reading } from './read.ts';
import { planStatements } from './write.ts';

/**
 * Every statement names its labels and finds nodes by UNWIND and MATCH on the key: MERGE of nodes, `key IN` and two nodes
 * in one MATCH read whole tables.
 */
export class LadybugTransaction implements Transaction {
  readonly #runner: CypherRunner;
  readonly #model: GraphModel;

  constructor(runner: CypherRunner, model: GraphModel) {
    this.#runner = runner;
    this.#model = model;
  }

  async readDeliveries(keys: readonly string[]): Promise<StoredDelivery[]> {
    return await this.#read(deliveriesByKey(keys));
  }

  async readStates(nodes: readonly NodeRef[]): Promise<NodeState[]> {
    return await this.#read(nodeStates(this.#model, nodes));
  }

  async readTouching(nodes: readonly NodeRef[]): Promise<StoredDelivery[]> {
    const found = await this.#read(deliveriesTouching(nodes));
    return [...new Map(found.map((delivery) => [delivery.key, delivery])).values()];
  }

  async readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<EdgeAssertion[]> {
    return await this.#read(edgesOf({ type, direction, nodes }));
  }

  async write(plan: WritePlan): Promise<void> {
    await this.#runner.runAll(planStatements(this.#model, plan));
  }

  async #read<T>(readings: readonly Reading<T>[]): Promise<T[]> {
    const results = await this.#runner.runAll(readings.map(({ statement }) => statement));
    return readings.flatMap(({ of }, index) => (results[index] ?? []).map(of));
  }
}
