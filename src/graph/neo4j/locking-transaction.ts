import type { StoredDelivery, Transaction, WritePlan } from '../backend.ts';
import type { NodeState } from '../clock.ts';
import type { EdgeAssertion } from '../converge.ts';
import { matchKeys } from '../cypher/dialect.ts';
import { type CypherRunner, quoted, type Statement } from '../cypher/statement.ts';
import { groupBy } from '../group-by.ts';
import { deliveryLabel } from '../model.ts';
import { distinct, type NodeRef } from '../mutation.ts';

/**
 * A transaction that several processes may have at once on one server, whose isolation is read committed: what is read
 * to be written anew is locked first, so that nobody changes it in between. Locks are taken in the order of labels and
 * keys; two that meet all the same are a deadlock, which the server ends and the store repeats.
 * docs/decisions/0011-neo4j-locks-what-it-merges.md
 */
export class LockingTransaction implements Transaction {
  readonly #runner: CypherRunner;
  readonly #inner: Transaction;

  /** @param inner reads and writes in the same transaction as `runner` */
  constructor(runner: CypherRunner, inner: Transaction) {
    this.#runner = runner;
    this.#inner = inner;
  }

  async readDeliveries(keys: readonly string[]): Promise<readonly StoredDelivery[]> {
    await this.#make(keys.map((key) => ({ label: deliveryLabel, key })));
    const found = await this.#inner.readDeliveries(keys);
    return found.filter(({ wrote }) => wrote !== null);
  }

  async readStates(nodes: readonly NodeRef[]): Promise<readonly NodeState[]> {
    await this.#make(nodes);
    return await this.#inner.readStates(nodes);
  }

  async readTouching(nodes: readonly NodeRef[]): Promise<readonly StoredDelivery[]> {
    await this.#make(nodes);
    return await this.#inner.readTouching(nodes);
  }

  /** An edge can only come or go with a lock on both of its ends, but for deletions, which need one. */
  async readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<readonly EdgeAssertion[]> {
    if (nodes.length === 0) return [];
    await this.#lock(nodes);
    const found = await this.#inner.readEdges(type, direction, nodes);
    if (found.length === 0) return [];
    await this.#lock(distinct(found.map(({ from, to }) => (direction === 'out' ? to : from))));
    return await this.#inner.readEdges(type, direction, nodes);
  }

  async write(plan: WritePlan): Promise<void> {
    await this.#inner.write(plan);
  }

  /** Locks the nodes; one that is missing is made, for there is nothing else that others would wait for. */
  async #make(nodes: readonly NodeRef[]): Promise<void> {
    await this.#runner.runAll(
      inOrder(nodes, (label) => `UNWIND $keys AS k MERGE (n:${quoted(label)} {\`key\`: k})`),
    );
  }

  async #lock(nodes: readonly NodeRef[]): Promise<void> {
    await this.#runner.runAll(inOrder(nodes, (label) => matchKeys('n', label)));
  }
}

/** Writing a property locks a node; writing what is there already writes nothing. */
function inOrder(nodes: readonly NodeRef[], find: (label: string) => string): Statement[] {
  const groups = [...groupBy(nodes, ({ label }) => label)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([label, group]) => ({
    text: `${find(label)} SET n._lock = true`,
    parameters: { keys: group.map(({ key }) => key).sort() },
  }));
}
