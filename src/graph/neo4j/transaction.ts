import type { StoredDelivery, Transaction, WritePlan } from '../backend.ts';
import type { NodeState } from '../clock.ts';
import type { EdgeAssertion } from '../converge.ts';
import { stateOf } from '../cypher/rows.ts';
import { type CypherRunner, quoted, type Row, runOne } from '../cypher/statement.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import { distinct, type NodeRef } from '../mutation.ts';
import { lockStatements, readStatement } from './read.ts';
import { fromBolt } from './values.ts';
import { planStatements } from './write.ts';

/**
 * A transaction that several processes may have at once on one server, whose isolation is read committed: what is read
 * to be written anew is locked first, so that nobody changes it in between. Locks are taken in the order of labels and
 * keys; two that meet all the same are a deadlock, which the server ends and the store repeats.
 * docs/decisions/0011-neo4j-locks-what-it-merges.md
 *
 * Locking a node tells its id, by which every later statement finds it, whatever its label: the server plans each text of
 * a statement anew, which takes it longer than to run one, so there are few texts.
 */
export class Neo4jTransaction implements Transaction {
  readonly #runner: CypherRunner;
  readonly #model: GraphModel;
  /** Of the nodes that are locked, by their keys. */
  readonly #ids = new Map<string, string>();

  constructor(runner: CypherRunner, model: GraphModel) {
    this.#runner = runner;
    this.#model = model;
  }

  async readDeliveries(keys: readonly string[]): Promise<StoredDelivery[]> {
    const nodes = keys.map((key) => ({ label: deliveryLabel, key }));
    await this.#make(nodes);
    const rows = await this.#read(nodes);
    return rows.map(propertiesOf).filter(isWhole).map(deliveryOf);
  }

  async readStates(nodes: readonly NodeRef[]): Promise<NodeState[]> {
    await this.#make(nodes);
    const refs = new Map(nodes.map((node) => [node.key, node]));
    return (await this.#read(nodes)).map(propertiesOf).flatMap((properties) => {
      const ref = refs.get(properties['key'] as string);
      const clock = properties['_clock'];
      return ref === undefined || typeof clock !== 'string' ? [] : [this.#stateOf(ref, clock, properties)];
    });
  }

  async readTouching(nodes: readonly NodeRef[]): Promise<StoredDelivery[]> {
    await this.#make(nodes);
    const rows = await runOne(this.#runner, {
      text:
        `UNWIND $ids AS id MATCH (n)<-[:${touchedType}]-(d:${deliveryLabel}) WHERE elementId(n) = id ` +
        'RETURN DISTINCT properties(d) AS properties',
      parameters: { ids: this.#idsOf(nodes) },
    });
    return rows.map(propertiesOf).map(deliveryOf);
  }

  /** An edge can only come or go with a lock on both of its ends, but for deletions, which need one. */
  async readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<EdgeAssertion[]> {
    const ids = this.#idsOf(nodes);
    if (ids.length === 0) return [];
    const asked = { type, direction, ids };
    const found = await this.#readEdges(asked, nodes);
    if (found.length === 0) return [];
    await this.#lock(found);
    return (await this.#readEdges(asked, nodes)).map(({ edge }) => edge);
  }

  async write(plan: WritePlan): Promise<void> {
    const idOf = ({ label, key }: NodeRef): string => {
      const id = this.#ids.get(key);
      if (id === undefined) throw new TypeError(`A ${label} is written that was not read before.`);
      return id;
    };
    await this.#runner.runAll(planStatements(this.#model, plan, idOf));
    for (const { key } of plan.forgotten) this.#ids.delete(key);
  }

  /** Locks the nodes; one that is missing is made, for there is nothing else that others would wait for. */
  async #make(nodes: readonly NodeRef[]): Promise<void> {
    const unknown = distinct(nodes).filter(({ key }) => !this.#ids.has(key));
    const results = await this.#runner.runAll(lockStatements(unknown));
    for (const { key, id } of results.flat()) this.#ids.set(key as string, id as string);
  }

  /** The far ends of edges. */
  async #lock(found: readonly FoundEdge[]): Promise<void> {
    const unknown = found.filter(({ other }) => !this.#ids.has(other.key));
    if (unknown.length === 0) return;
    const ids = new Map(unknown.toSorted(inOrder).map(({ other, id }) => [other.key, id]));
    await this.#runner.runAll([
      {
        text: 'UNWIND $ids AS id MATCH (n) WHERE elementId(n) = id SET n._lock = true',
        parameters: { ids: [...ids.values()] },
      },
    ]);
    for (const [key, id] of ids) this.#ids.set(key, id);
  }

  async #read(nodes: readonly NodeRef[]): Promise<readonly Row[]> {
    if (nodes.length === 0) return [];
    return await runOne(this.#runner, readStatement(this.#idsOf(nodes)));
  }

  async #readEdges({ type, direction, ids }: EdgesAsked, nodes: readonly NodeRef[]): Promise<FoundEdge[]> {
    const edge = direction === 'out' ? `-[e:${quoted(type)}]->` : `<-[e:${quoted(type)}]-`;
    const rows = await runOne(this.#runner, {
      text:
        `UNWIND $ids AS id MATCH (n)${edge}(m) WHERE elementId(n) = id ` +
        'RETURN n.`key` AS key, labels(m)[0] AS label, m.`key` AS other, elementId(m) AS other_id, e.stamp AS stamp',
      parameters: { ids },
    });
    const refs = new Map(nodes.map((node) => [node.key, node]));
    return rows.flatMap((row) => {
      const node = refs.get(row['key'] as string);
      if (node === undefined) return [];
      const other = { label: row['label'] as string, key: row['other'] as string };
      const ends = direction === 'out' ? { from: node, to: other } : { from: other, to: node };
      return [
        { edge: { type, ...ends, stamp: row['stamp'] as string }, other, id: row['other_id'] as string },
      ];
    });
  }

  /** Of those that are there. */
  #idsOf(nodes: readonly NodeRef[]): string[] {
    return nodes.flatMap(({ key }) => this.#ids.get(key) ?? []);
  }

  #stateOf(ref: NodeRef, clock: string, properties: Properties): NodeState {
    const values = Object.entries(this.#model.nodes[ref.label] ?? {}).map(
      ([name, type]) => [name, fromBolt(properties[name], type)] as const,
    );
    return stateOf(ref, clock, values);
  }
}

interface EdgesAsked {
  readonly type: string;
  readonly direction: 'out' | 'in';
  readonly ids: readonly string[];
}

interface FoundEdge {
  readonly edge: EdgeAssertion;
  /** The end that was not asked by. */
  readonly other: NodeRef;
  readonly id: string;
}

type Properties = Readonly<Record<string, unknown>>;

function propertiesOf(row: Row): Properties {
  return row['properties'] as Properties;
}

/** Not one that was made a moment ago to be locked. */
function isWhole({ _wrote: wrote }: Properties): boolean {
  return typeof wrote === 'string';
}

function deliveryOf(properties: Properties): StoredDelivery {
  return {
    key: properties['key'] as string,
    eventTime: fromBolt(properties['event_time'], 'time') as string,
    runId: properties['run_id'] as string,
    firstRunId: properties['first_run_id'] as string,
    wrote: properties['_wrote'] as string,
  };
}

function inOrder({ other: a }: FoundEdge, { other: b }: FoundEdge): number {
  return `${a.label} ${a.key}` < `${b.label} ${b.key}` ? -1 : 1;
}
