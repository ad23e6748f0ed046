import { nodeCell } from '../node-cell.ts';
import type { SavedQuery } from '../saved-query.ts';
import { deliveryCells, deliveryColumns } from '../deliveries.ts';

const task = 'MATCH (t:Task {key: $task})';

export const query: SavedQuery = {
  name: 'task-history',
  asks: 'What happened to a task, over all providers, in the order of time?',
  says:
    'Each delivery that touched the task, a comment on it, or what refers to it: pull requests, commits, branches, reviews, ' +
    'messages. `through` tells which of them it was. With `hops=2` also what refers to those, such as a message about the pull request.',
  parameters: {
    task: { kind: 'entity', label: 'Task', meaning: 'The task.' },
    hops: { kind: 'number', min: 1, max: 2, default: 1, meaning: 'How many references away from the task.' },
  },
  columns: ['at', 'provider', 'event', 'through', 'delivery'],
  gathers: 'through',
  order: ['at'],
  parts: ({ values }) => [
    `${task}<-[:TOUCHED]-(d:Delivery) RETURN ${deliveryColumns}, t AS node`,
    `${task}<-[:COMMENTED_ON]-(n:Comment)<-[:TOUCHED]-(d:Delivery) RETURN ${deliveryColumns}, n AS node`,
    `${task}<-[:REFERENCES]-(n)<-[:TOUCHED]-(d:Delivery) RETURN ${deliveryColumns}, n AS node`,
    ...(values['hops'] === 2
      ? [
          `${task}<-[:REFERENCES]-(m)<-[:REFERENCES]-(n)<-[:TOUCHED]-(d:Delivery) RETURN ${deliveryColumns}, n AS node`,
        ]
      : []),
  ],
  row: (row) => ({ ...deliveryCells(row), through: nodeCell(row['node']) }),
};
