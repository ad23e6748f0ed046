import type { PlannedNode, WritePlan } from '../backend.ts';
import { groupBy } from '../group-by.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import { matchKeys } from '../cypher/dialect.ts';
import { deliveryColumns, deliveryRow, nodeColumns, nodeRow } from '../cypher/rows.ts';
import { quoted, type Statement } from '../cypher/statement.ts';
import { forKeys, forRows } from './by-row.ts';
import { clearStatements, endStatements, upsertEdgeStatements } from './edges.ts';
import { upsertNodes } from './upsert.ts';

/** A plan as statements, in the order of its fields. */
export function planStatements(model: GraphModel, plan: WritePlan): Statement[] {
  return [
    ...deliveryStatements(plan),
    ...nodeStatements(model, plan),
    ...clearStatements(model, plan.cleared),
    ...endStatements(model, plan.endings),
    ...upsertEdgeStatements(plan.edges),
    ...touchedStatements(plan),
    ...[...groupBy(plan.forgotten, (node) => node.label)].map(([label, nodes]) => ({
      text: `${matchKeys('n', label)} DETACH DELETE n`,
      parameters: { keys: nodes.map(({ key }) => key) },
    })),
  ];
}

function deliveryStatements({ deliveries }: WritePlan): Statement[] {
  return [true, false].flatMap((isNew) => {
    const rows = deliveries
      .filter((delivery) => delivery.isNew === isNew)
      .map(({ change }) => deliveryRow(change));
    return rows.length === 0 ? [] : [upsertNodes(deliveryLabel, deliveryColumns, { rows, isNew })];
  });
}

function nodeStatements(model: GraphModel, { nodes }: WritePlan): Statement[] {
  const groups = groupBy(nodes, ({ state, write }) => `${state.ref.label} ${write}`);
  return [...groups.values()].map((group) => {
    const [{ state, write }] = group as [PlannedNode];
    const { label } = state.ref;
    const properties = model.nodes[label] ?? {};
    const rows = group.map((node) => nodeRow(node.state, properties));
    return upsertNodes(label, nodeColumns(properties, write), { rows, isNew: write === 'made' });
  });
}

function touchedStatements({ untouched, touched }: WritePlan): Statement[] {
  const untouch = forKeys('d', deliveryLabel, `-[t:${touchedType}]->() DELETE t`);
  return [
    ...(untouched.length === 0 ? [] : [{ ...untouch, followsEdges: true, parameters: { keys: untouched } }]),
    ...[...groupBy(touched, ({ node }) => node.label)].map(([label, edges]) => ({
      ...forRows(
        (row) =>
          `MATCH (d:${deliveryLabel} {\`key\`: ${row}from}) MATCH (n:${quoted(label)} {\`key\`: ${row}to}) ` +
          `CREATE (d)-[:${touchedType}]->(n)`,
      ),
      parameters: { rows: edges.map(({ delivery, node }) => ({ from: delivery, to: node.key })) },
    })),
  ];
}
