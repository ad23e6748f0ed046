import { type Dialect, matchEnds } from '../cypher/dialect.ts';
import { quoted } from '../cypher/statement.ts';
import { fromBolt, toBolt } from './values.ts';

/** Nodes are there when they are written, for locking them made them (`lockStatements`). */
export const neo4jDialect: Dialect = {
  labelOf: (variable) => `labels(${variable})[0]`,
  typeOf: (variable) => `type(${variable})`,
  read: (variable, name) => `${variable}.${quoted(name)}`,
  value: fromBolt,
  upsert: (label, columns, { rows }) => ({
    text: `UNWIND $rows AS r MATCH (n:${quoted(label)} {\`key\`: r.key}) SET n += r.properties`,
    parameters: {
      rows: rows.map(({ key, values }) => ({
        key,
        properties: Object.fromEntries(columns.map(([name, type]) => [name, toBolt(values[name], type)])),
      })),
    },
  }),
  upsertEdges: (shape, { fresh, others }) => [
    {
      text:
        `${matchEnds(shape)} MERGE (a)-[e:${quoted(shape.type)}]->(b) ON CREATE SET e.stamp = r.stamp ` +
        'ON MATCH SET e.stamp = CASE WHEN e.stamp < r.stamp THEN r.stamp ELSE e.stamp END',
      parameters: { rows: [...fresh, ...others] },
    },
  ],
};
