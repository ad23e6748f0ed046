import type { StoredDelivery, Transaction, WritePlan } from '../backend.ts';
import { decodeClock, type NodeState } from '../clock.ts';
import type { EdgeAssertion } from '../converge.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import { groupBy } from '../group-by.ts';
import type { NodeRef } from '../mutation.ts';
import { quoted, type Row, type Session } from './engine.ts';
import { fromColumn, readExpression, timeOfText } from './values.ts';
import { writePlan } from './write.ts';

const deliveryColumns =
  'd.`key` AS key, CAST(d.event_time AS STRING) AS event_time, d.run_id AS run_id, ' +
  'd.first_run_id AS first_run_id, d._wrote AS wrote';

/**
 * One transaction in the engine's dialect. Every statement names its labels and finds nodes by UNWIND and MATCH on the
 * key: MERGE of nodes, `key IN` and two nodes in one MATCH read whole tables.
 */
export class LadybugTransaction implements Transaction {
  readonly #session: Session;
  readonly #model: GraphModel;

  constructor(session: Session, model: GraphModel) {
    this.#session = session;
    this.#model = model;
  }

  async readDeliveries(keys: readonly string[]): Promise<StoredDelivery[]> {
    const match = `UNWIND $keys AS k MATCH (d:${deliveryLabel} {\`key\`: k})`;
    const rows = await this.#session.run(`${match} RETURN DISTINCT ${deliveryColumns}`, { keys: [...keys] });
    return rows.map(asDelivery);
  }

  async readStates(nodes: readonly NodeRef[]): Promise<NodeState[]> {
    const states: NodeState[] = [];
    for (const [label, group] of groupBy(nodes, (node) => node.label)) {
      const properties = Object.entries(this.#model.nodes[label] ?? {});
      const columns = properties.map(
        ([name, type], index) => `, ${readExpression('n', name, type)} AS p${index}`,
      );
      const rows = await this.#session.run(
        `UNWIND $keys AS k MATCH (n:${quoted(label)} {\`key\`: k}) RETURN n.\`key\` AS key, n._clock AS clock${columns.join('')}`,
        { keys: group.map(({ key }) => key) },
      );
      for (const row of rows) {
        const values = properties.map(
          ([name, type], index) => [name, fromColumn(row[`p${index}`], type)] as const,
        );
        states.push(stateOf({ label, key: row['key'] as string }, row['clock'] as string, values));
      }
    }
    return states;
  }

  async readTouching(nodes: readonly NodeRef[]): Promise<StoredDelivery[]> {
    const found = new Map<string, StoredDelivery>();
    for (const [label, group] of groupBy(nodes, (node) => node.label)) {
      const rows = await this.#session.each(
        {
          together:
            `UNWIND $rows AS r MATCH (n:${quoted(label)} {\`key\`: r.key}) ` +
            `MATCH (n)<-[:${touchedType}]-(d:${deliveryLabel}) RETURN DISTINCT ${deliveryColumns}`,
          alone: `MATCH (n:${quoted(label)} {\`key\`: $key})<-[:${touchedType}]-(d:${deliveryLabel}) RETURN ${deliveryColumns}`,
        },
        group.map(({ key }) => ({ key })),
      );
      for (const delivery of rows.map(asDelivery)) found.set(delivery.key, delivery);
    }
    return [...found.values()];
  }

  async readEdges(
    type: string,
    direction: 'out' | 'in',
    nodes: readonly NodeRef[],
  ): Promise<EdgeAssertion[]> {
    const found: EdgeAssertion[] = [];
    for (const [label, group] of groupBy(nodes, (node) => node.label)) {
      const edge = direction === 'out' ? `-[e:${quoted(type)}]->` : `<-[e:${quoted(type)}]-`;
      const columns = 'label(m) AS label, m.`key` AS other, e.stamp AS stamp';
      const rows = await this.#session.each(
        {
          together: `UNWIND $rows AS r MATCH (n:${quoted(label)} {\`key\`: r.key})${edge}(m) RETURN r.key AS key, ${columns}`,
          alone: `MATCH (n:${quoted(label)} {\`key\`: $key})${edge}(m) RETURN n.\`key\` AS key, ${columns}`,
        },
        group.map(({ key }) => ({ key })),
      );
      for (const row of rows) {
        const node = { label, key: row['key'] as string };
        const other = { label: row['label'] as string, key: row['other'] as string };
        const ends = direction === 'out' ? { from: node, to: other } : { from: other, to: node };
        found.push({ type, ...ends, stamp: row['stamp'] as string });
      }
    }
    return found;
  }

  async write(plan: WritePlan): Promise<void> {
    await writePlan(this.#session, this.#model, plan);
  }
}

function asDelivery(row: Row): StoredDelivery {
  return {
    key: row['key'] as string,
    eventTime: timeOfText(row['event_time'] as string),
    runId: row['run_id'] as string,
    firstRunId: row['first_run_id'] as string,
    wrote: row['wrote'] as string,
  };
}

type Values = readonly (readonly [string, ReturnType<typeof fromColumn>])[];

/** Columns that nobody wrote are null; what was written to be null is known from the clock. */
function stateOf(ref: NodeRef, clock: string, values: Values): NodeState {
  const state = decodeClock(ref, clock, new Map(values));
  for (const [name] of values) if (!state.written.has(name)) state.values.delete(name);
  return state;
}
