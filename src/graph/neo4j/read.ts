import { quoted, type Statement } from '../cypher/statement.ts';
import { groupBy } from '../group-by.ts';
import type { NodeRef } from '../mutation.ts';

/** Writing a property locks a node; writing what is there already writes nothing. */
export function lockStatements(nodes: readonly NodeRef[]): Statement[] {
  const groups = [...groupBy(nodes, ({ label }) => label)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([label, group]) => ({
    text:
      `UNWIND $keys AS k MERGE (n:${quoted(label)} {\`key\`: k}) SET n._lock = true ` +
      'RETURN k AS key, elementId(n) AS id',
    parameters: { keys: group.map(({ key }) => key).sort() },
  }));
}

/** What locked nodes have. */
export function readStatement(ids: readonly string[]): Statement {
  return {
    text: 'UNWIND $ids AS id MATCH (n) WHERE elementId(n) = id RETURN properties(n) AS properties',
    parameters: { ids },
  };
}
