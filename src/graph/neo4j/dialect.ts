import type { Dialect } from '../cypher/dialect.ts';
import { quoted } from '../cypher/statement.ts';
import { fromBolt } from './values.ts';

export const neo4jDialect: Dialect = {
  labelOf: (variable) => `labels(${variable})[0]`,
  typeOf: (variable) => `type(${variable})`,
  read: (variable, name) => `${variable}.${quoted(name)}`,
  value: fromBolt,
};
