import type { WritePlan } from '../backend.ts';
import { groupBy } from '../group-by.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import { type Dialect, matchKeys } from './dialect.ts';
import { clearStatements, endStatements } from './edges.ts';
import { deliveryColumns, deliveryRow, nodeColumns, nodeRow } from './rows.ts';
import { forEachRow, quoted, type Statement } from './statement.ts';

/** What of a plan comes before its edges, in the order of its fields. */
export function statementsBeforeEdges(dialect: Dialect, model: GraphModel, plan: WritePlan): Statement[] {
  return [
    ...deliveryStatements(dialect, plan),
    ...nodeStatements(dialect, model, plan),
    ...clearStatements(model, plan.cleared),
    ...endStatements(model, plan.endings),
  ];
}

/** And what after them. */
export function statementsAfterEdges(plan: WritePlan): Statement[] {
  return [
    ...touchedStatements(plan),
    ...[...groupBy(plan.forgotten, (node) => node.label)].map(([label, nodes]) => ({
      text: `${matchKeys('n', label)} DETACH DELETE n`,
      parameters: { keys: nodes.map(({ key }) => key) },
    })),
  ];
}

function deliveryStatements(dialect: Dialect, { deliveries }: WritePlan): Statement[] {
  return [true, false].flatMap((isNew) => {
    const rows = deliveries
      .filter((delivery) => delivery.isNew === isNew)
      .map(({ change }) => deliveryRow(change));
    return rows.length === 0 ? [] : [dialect.upsert(deliveryLabel, deliveryColumns, { rows, isNew })];
  });
}

function nodeStatements(dialect: Dialect, model: GraphModel, { nodes }: WritePlan): Statement[] {
  return [...groupBy(nodes, ({ state, isNew }) => `${state.ref.label} ${isNew}`)].map(([group, members]) => {
    const label = group.slice(0, group.indexOf(' '));
    const properties = model.nodes[label] ?? {};
    const rows = members.map(({ state }) => nodeRow(state, properties));
    return dialect.upsert(label, nodeColumns(properties), { rows, isNew: members[0]?.isNew === true });
  });
}

function touchedStatements({ untouched, touched }: WritePlan): Statement[] {
  const gone = forEachRow(
    untouched.map((key) => ({ key })),
    (field) => `MATCH (d:${deliveryLabel} {\`key\`: ${field('key')}})-[t:${touchedType}]->() DELETE t`,
  );
  return [
    ...(untouched.length === 0 ? [] : [gone]),
    ...[...groupBy(touched, ({ node }) => node.label)].map(([label, edges]) => ({
      text:
        `UNWIND $rows AS r MATCH (d:${deliveryLabel} {\`key\`: r.from}) MATCH (n:${quoted(label)} {\`key\`: r.to}) ` +
        `CREATE (d)-[:${touchedType}]->(n)`,
      parameters: { rows: edges.map(({ delivery, node }) => ({ from: delivery, to: node.key })) },
    })),
  ];
}
