import type { StoredDelivery } from '../backend.ts';
import type { NodeState } from '../clock.ts';
import type { EdgeAssertion } from '../converge.ts';
import { matchKeys, readColumns } from '../cypher/dialect.ts';
import { stateOf } from '../cypher/rows.ts';
import { quoted, type Row, type Statement } from '../cypher/statement.ts';
import { groupBy } from '../group-by.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';
import type { NodeRef } from '../mutation.ts';
import { forKeys, matchKey } from './by-row.ts';
import { ladybugDialect as dialect } from './dialect.ts';

/** Statements that read, each with what becomes of its rows. */
export interface Reading<T> {
  readonly statement: Statement;
  readonly of: (row: Row) => T;
}

export function deliveriesByKey(keys: readonly string[]): Reading<StoredDelivery>[] {
  return [readDeliveries('d', deliveryLabel, keys)];
}

/** All deliveries that touch any of the nodes; one may come more than once. */
export function deliveriesTouching(nodes: readonly NodeRef[]): Reading<StoredDelivery>[] {
  return byLabel(nodes, (label, keys) => {
    const touching = readDeliveries('n', label, keys, `<-[:${touchedType}]-(d:${deliveryLabel})`);
    return { ...touching, statement: { ...touching.statement, followsEdges: true } };
  });
}

/** @param path leads from the node that is looked for by its key to the delivery `d` */
function readDeliveries(
  variable: string,
  label: string,
  keys: readonly string[],
  path = '',
): Reading<StoredDelivery> {
  const result =
    `${path} RETURN DISTINCT d.\`key\` AS key, ${dialect.read('d', 'event_time', 'time')} AS event_time, ` +
    'd.run_id AS run_id, d.first_run_id AS first_run_id, d._wrote AS wrote';
  return {
    statement: {
      ...forKeys(variable, label, result),
      parameters: { keys },
    },
    of: (row) => ({
      key: row['key'] as string,
      eventTime: dialect.value(row['event_time'], 'time') as string,
      runId: row['run_id'] as string,
      firstRunId: row['first_run_id'] as string,
      wrote: row['wrote'] as string,
    }),
  };
}

export function nodeStates(model: GraphModel, nodes: readonly NodeRef[]): Reading<NodeState>[] {
  return byLabel(nodes, (label, keys) => {
    const columns = readColumns(dialect, 'n', Object.entries(model.nodes[label] ?? {}));
    const fields = ['n.`key` AS key', 'n._clock AS clock', ...columns.expressions];
    const result = ` WHERE n._clock IS NOT NULL RETURN ${fields.join(', ')}`;
    return {
      statement: {
        ...forKeys('n', label, result),
        parameters: { keys },
      },
      of: (row) =>
        stateOf({ label, key: row['key'] as string }, row['clock'] as string, columns.valuesOf(row)),
    };
  });
}

export interface EdgesAsked {
  readonly type: string;
  readonly direction: 'out' | 'in';
  readonly nodes: readonly NodeRef[];
}

export function edgesOf({ type, direction, nodes }: EdgesAsked): Reading<EdgeAssertion>[] {
  const edge = direction === 'out' ? `-[e:${quoted(type)}]->` : `<-[e:${quoted(type)}]-`;
  const columns = `${dialect.labelOf('m')} AS label, m.\`key\` AS other, e.stamp AS stamp`;
  return byLabel(nodes, (label, keys) => ({
    statement: {
      text: `${matchKeys('n', label)}${edge}(m) RETURN k AS key, ${columns}`,
      // The hint is LadybugDB's: without it the tables of all labels that `m` may have are read.
      alone: `${matchKey('n', label)}${edge}(m) HINT ((n JOIN e) JOIN m) RETURN n.\`key\` AS key, ${columns}`,
      followsEdges: true,
      probe: `${matchKey('n', label)}${edge}() RETURN n.\`key\` AS key LIMIT 1`,
      parameters: { keys },
    },
    of: (row) => {
      const node = { label, key: row['key'] as string };
      const other = { label: row['label'] as string, key: row['other'] as string };
      const ends = direction === 'out' ? { from: node, to: other } : { from: other, to: node };
      return { type, ...ends, stamp: row['stamp'] as string };
    },
  }));
}

function byLabel<T>(
  nodes: readonly NodeRef[],
  make: (label: string, keys: readonly string[]) => Reading<T>,
): Reading<T>[] {
  return [...groupBy(nodes, ({ label }) => label)].map(([label, group]) =>
    make(
      label,
      group.map(({ key }) => key),
    ),
  );
}
