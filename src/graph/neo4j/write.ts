import { emptyPlan, type WritePlan } from '../backend.ts';
import type { EdgeEnding } from '../converge.ts';
import type { Columns, NodeRow } from '../cypher/dialect.ts';
import { deliveryColumns, deliveryRow, nodeColumns, nodeRow } from '../cypher/rows.ts';
import { quoted, type Statement } from '../cypher/statement.ts';
import { groupBy } from '../group-by.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { toBolt } from './values.ts';

type IdOf = (node: NodeRef) => string;

/** A plan as statements, in the order of its fields. No text names a label, and few name a type. */
export function planStatements(model: GraphModel, plan: WritePlan, idOf: IdOf): Statement[] {
  return statementsOf(model, plan, idOf).filter(({ parameters: { rows } }) => rows.length > 0);
}

/** What nearly every plan has, doing nothing. */
export function idleStatements(model: GraphModel): Statement[] {
  return statementsOf(model, emptyPlan, () => '');
}

function statementsOf(model: GraphModel, plan: WritePlan, idOf: IdOf): WithRows[] {
  const types = Object.keys(model.edges).map(quoted).join('|');
  const ids = (nodes: readonly NodeRef[]): string[] => nodes.map(idOf);
  const delivery = (key: string): string => idOf({ label: deliveryLabel, key });
  const { cleared, endings, edges, untouched, touched, forgotten } = plan;
  return [
    withRows(
      'UNWIND $rows AS r MATCH (n) WHERE elementId(n) = r.id SET n += r.properties',
      propertyRows(model, plan, idOf),
    ),
    ...(types === '' ? [] : [withRows(`${byId} MATCH (n)-[e:${types}]-() DELETE e`, ids(cleared))]),
    ...endStatements(types, endings, idOf),
    ...[...groupBy(edges, ({ edge }) => edge.type)].map(([type, group]) =>
      withRows(
        `${byEnds} MERGE (a)-[e:${quoted(type)}]->(b) ` +
          'SET e.stamp = CASE WHEN e.stamp > r.stamp THEN e.stamp ELSE r.stamp END',
        group.map(({ edge: { from, to, stamp } }) => ({ from: idOf(from), to: idOf(to), stamp })),
      ),
    ),
    withRows(`${byId} MATCH (n)-[e:${touchedType}]->() DELETE e`, untouched.map(delivery)),
    withRows(
      `${byEnds} CREATE (a)-[:${touchedType}]->(b)`,
      touched.map((edge) => ({ from: delivery(edge.delivery), to: idOf(edge.node) })),
    ),
    withRows(`${byId} DETACH DELETE n`, ids(forgotten)),
  ];
}

const byId = 'UNWIND $rows AS id MATCH (n) WHERE elementId(n) = id';
const byRow = 'UNWIND $rows AS r MATCH (n) WHERE elementId(n) = r.id';
/** The WITH keeps the planner from following all the edges of one end in search of the other. */
const byEnds =
  'UNWIND $rows AS r MATCH (a) WHERE elementId(a) = r.from MATCH (b) WHERE elementId(b) = r.to WITH r, a, b';

interface WithRows extends Statement {
  readonly parameters: { readonly rows: readonly unknown[] };
}

function withRows(text: string, rows: readonly unknown[]): WithRows {
  return { text, parameters: { rows } };
}

function propertyRows(model: GraphModel, { deliveries, nodes }: WritePlan, idOf: IdOf): unknown[] {
  return [
    ...deliveries.map(({ change }) => ({
      id: idOf({ label: deliveryLabel, key: change.key }),
      properties: asBolt(deliveryRow(change), deliveryColumns),
    })),
    ...nodes.map(({ state, write }) => {
      const properties = model.nodes[state.ref.label] ?? {};
      return {
        id: idOf(state.ref),
        properties: asBolt(nodeRow(state, properties), nodeColumns(properties, write)),
      };
    }),
  ];
}

function asBolt({ values }: NodeRow, columns: Columns): Record<string, unknown> {
  return Object.fromEntries(columns.map(([name, type]) => [name, toBolt(values[name], type)]));
}

/** Deletes the edges that are older than what ended them. */
function endStatements(types: string, endings: readonly EdgeEnding[], idOf: IdOf): WithRows[] {
  const possible = endings.filter(({ kind }) => kind !== 'node' || types !== '');
  return [...groupBy(possible, (ending) => endText(types, ending))].map(([text, group]) =>
    withRows(
      text,
      group.map((ending) =>
        ending.kind === 'edge'
          ? { from: idOf(ending.from), to: idOf(ending.to), stamp: ending.stamp }
          : { id: idOf(ending.node), stamp: ending.stamp },
      ),
    ),
  );
}

function endText(types: string, ending: EdgeEnding): string {
  switch (ending.kind) {
    case 'node':
      return `${byRow} MATCH (n)-[e:${types}]-() WHERE e.stamp <= r.stamp DELETE e`;
    case 'edge':
      return `${byEnds} MATCH (a)-[e:${quoted(ending.type)}]->(b) WHERE e.stamp <= r.stamp DELETE e`;
    case 'stated': {
      const edge = `[e:${quoted(ending.type)}]`;
      const around = ending.direction === 'out' ? `(n)-${edge}->()` : `(n)<-${edge}-()`;
      return `${byRow} MATCH ${around} WHERE e.stamp < r.stamp DELETE e`;
    }
  }
}
