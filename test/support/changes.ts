import { defineModel } from '../../src/graph/model.ts';
import { type Mutation, mutationsOf } from '../../src/graph/mutation.ts';
import type { DeliveryChange, DumpLine, GraphStore } from '../../src/graph/store.ts';

/** A small model with every type of property. */
export const testModel = defineModel({
  nodes: {
    Task: {
      name: 'string',
      points: 'integer',
      hours: 'float',
      done: 'boolean',
      due: 'time',
      tags: 'strings',
    },
    User: { name: 'string' },
    Order: { title: 'string' },
  },
  edges: {
    ASSIGNED_TO: [['Task', 'User']],
    BLOCKS: [['Task', 'Task']],
    WATCHES: [
      ['User', 'Task'],
      ['User', 'User'],
    ],
  },
});

export const make = mutationsOf(testModel);
export const task = (id: number | string) => make.node('Task', `t:${id}`);
export const user = (id: number | string) => make.node('User', `u:${id}`);

/** The event time of a minute. */
export function minute(n: number): string {
  return `2026-11-24T12:${String(n).padStart(2, '0')}:00.000000Z`;
}

let count = 0;

/** A change of a delivery of its own, at a minute; what a test cares about is given. */
export function changeOf(
  at: number,
  mutations: readonly Mutation[],
  given: Partial<DeliveryChange> = {},
): DeliveryChange {
  const id = given.deliveryId ?? `d${(count += 1)}`;
  return {
    key: `test:${id}`,
    provider: 'test',
    deliveryId: id,
    eventType: 'event',
    receivedAt: '2026-11-24T12:00:00.250Z',
    eventTime: minute(at),
    bodySha256: '00',
    runId: `run-of-${id}`,
    firstRunId: `run-of-${id}`,
    mutations,
    ...given,
  };
}

/** A replay of a change by a reset: another run of the same chain. */
export function replayOf(change: DeliveryChange, mutations: readonly Mutation[]): DeliveryChange {
  return { ...change, runId: `${change.runId}-again`, mutations };
}

/** A graph as text: two are equal when their texts are. */
export async function dumpOf(store: GraphStore): Promise<string> {
  const lines: DumpLine[] = [];
  for await (const line of store.dump()) lines.push(line);
  return lines
    .map((line) => JSON.stringify(line))
    .sort()
    .join('\n');
}

/** `t:1 -ASSIGNED_TO-> u:1`, one for each edge that stands. */
export async function edgesOf(store: GraphStore): Promise<string[]> {
  const edges: string[] = [];
  for await (const line of store.dump()) {
    if (line.kind === 'edge') edges.push(`${line.from.key} -${line.type}-> ${line.to.key}`);
  }
  return edges.sort();
}
