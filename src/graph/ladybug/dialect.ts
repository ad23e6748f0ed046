import type { Dialect } from '../cypher/dialect.ts';
import { fromColumn, readExpression } from './values.ts';

export const ladybugDialect: Dialect = {
  labelOf: (variable) => `label(${variable})`,
  typeOf: (variable) => `label(${variable})`,
  read: readExpression,
  value: fromColumn,
};
