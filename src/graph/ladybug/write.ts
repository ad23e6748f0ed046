import type { WritePlan } from '../backend.ts';
import { deletionOf, encodeClock, splitStamp } from '../clock.ts';
import { deliveryProperties } from '../core-model.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import { encodeMutations } from '../wrote.ts';
import { clearEdges, endEdges, upsertEdges } from './edges.ts';
import { quoted, type Session } from './engine.ts';
import { groupBy } from '../group-by.ts';
import { fromParameter, toParameter } from './values.ts';

type Text = Record<string, string | null>;

/** Executes a plan, in the order of its fields. */
export async function writePlan(session: Session, model: GraphModel, plan: WritePlan): Promise<void> {
  await writeDeliveries(session, plan);
  await writeNodes(session, model, plan);
  await clearEdges(session, model, plan.cleared);
  await endEdges(session, model, plan.endings);
  await upsertEdges(session, plan.edges, newNodesOf(plan));
  await writeTouched(session, plan);
  for (const [label, nodes] of groupBy(plan.forgotten, (node) => node.label)) {
    const rows = nodes.map(({ key }) => ({ key }));
    await session.run(`UNWIND $rows AS r MATCH (n:${quoted(label)} {\`key\`: r.key}) DETACH DELETE n`, {
      rows,
    });
  }
}

/** No edge of a new node is there yet. */
function newNodesOf({ nodes }: WritePlan): ReadonlySet<string> {
  return new Set(nodes.filter(({ isNew }) => isNew).map(({ state }) => state.ref.key));
}

async function writeDeliveries(session: Session, { deliveries }: WritePlan): Promise<void> {
  const columns = Object.entries({ ...deliveryProperties, _wrote: 'string' } as const);
  for (const isNew of [true, false]) {
    const rows = deliveries
      .filter((delivery) => delivery.isNew === isNew)
      .map(({ change }): Text => ({
        key: change.key,
        provider: change.provider,
        delivery_id: change.deliveryId,
        event_type: change.eventType,
        received_at: change.receivedAt,
        event_time: change.eventTime,
        body_sha256: change.bodySha256,
        run_id: change.runId,
        first_run_id: change.firstRunId,
        conflict: String(change.conflict === true),
        _wrote: encodeMutations(change.mutations),
      }));
    if (rows.length > 0) await session.run(upsertStatement(deliveryLabel, columns, isNew), { rows });
  }
}

async function writeNodes(session: Session, model: GraphModel, { nodes }: WritePlan): Promise<void> {
  for (const [group, members] of groupBy(nodes, ({ state, isNew }) => `${state.ref.label} ${isNew}`)) {
    const label = group.slice(0, group.indexOf(' '));
    const properties = Object.entries(model.nodes[label] ?? {});
    const columns = [...properties, ['deleted_at', 'time'] as const, ['_clock', 'string'] as const];
    const rows = members.map(({ state }): Text => {
      const values = properties.map(
        ([name, type]) => [name, toParameter(state.values.get(name), type)] as const,
      );
      const deletion = deletionOf(state);
      return {
        key: state.ref.key,
        ...Object.fromEntries(values),
        deleted_at: deletion === undefined ? null : splitStamp(deletion).at,
        _clock: encodeClock(state),
      };
    });
    await session.run(upsertStatement(label, columns, members[0]?.isNew === true), { rows });
  }
}

type Columns = readonly (readonly [string, Parameters<typeof toParameter>[1]])[];

function upsertStatement(label: string, columns: Columns, isNew: boolean): string {
  const values = columns.map(([name, type]) => [quoted(name), fromParameter('r', name, type)] as const);
  if (isNew) {
    const fields = values.map(([name, value]) => `, ${name}: ${value}`).join('');
    return `UNWIND $rows AS r CREATE (:${quoted(label)} {\`key\`: r.key${fields}})`;
  }
  const sets = values.map(([name, value]) => `n.${name} = ${value}`).join(', ');
  return `UNWIND $rows AS r MATCH (n:${quoted(label)} {\`key\`: r.key}) SET ${sets}`;
}

async function writeTouched(session: Session, { untouched, touched }: WritePlan): Promise<void> {
  if (untouched.length > 0) {
    const rows = untouched.map((key) => ({ key }));
    const touches = (key: string): string =>
      `MATCH (d:${deliveryLabel} {\`key\`: ${key}})-[t:${touchedType}]->() DELETE t`;
    await session.each({ together: `UNWIND $rows AS r ${touches('r.key')}`, alone: touches('$key') }, rows);
  }
  for (const [label, edges] of groupBy(touched, ({ node }) => node.label)) {
    const rows = edges.map(({ delivery, node }) => ({ from: delivery, to: node.key }));
    await session.run(
      `UNWIND $rows AS r MATCH (d:${deliveryLabel} {\`key\`: r.from}) MATCH (n:${quoted(label)} {\`key\`: r.to}) ` +
        `CREATE (d)-[:${touchedType}]->(n)`,
      { rows },
    );
  }
}
