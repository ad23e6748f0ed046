import { deliveryCells, deliveryColumns, inWindow, sinceOf, windowParameters } from '../deliveries.ts';
import { isNamed, nodeCell } from '../node-cell.ts';
import { textIn } from '../parameters.ts';
import type { SavedQuery } from '../saved-query.ts';

const task = 'MATCH (l:List)-[:CONTAINS]->(t:Task)';

export const query: SavedQuery = {
  name: 'activity-by-list',
  asks: 'What happened in the last hours, by list?',
  says:
    'Each delivery of these hours that touched a task of the list, a comment on one, or what refers to one: pull requests, commits, ' +
    'messages. `tasks` are those that it is about.',
  parameters: {
    ...windowParameters,
    list: { kind: 'text', default: '', meaning: 'Only lists whose name or key has this in it.' },
  },
  columns: ['list', 'at', 'provider', 'event', 'tasks', 'delivery'],
  gathers: 'tasks',
  order: ['list', 'at'],
  derived: sinceOf,
  parts: () => [
    `${task}<-[:TOUCHED]-(d:Delivery) WHERE ${inWindow} RETURN ${deliveryColumns}, l, t`,
    `${task}<-[:COMMENTED_ON]-(:Comment)<-[:TOUCHED]-(d:Delivery) WHERE ${inWindow} RETURN ${deliveryColumns}, l, t`,
    `${task}<-[:REFERENCES]-(n)<-[:TOUCHED]-(d:Delivery) WHERE ${inWindow} RETURN ${deliveryColumns}, l, t`,
  ],
  row: (row, values) => {
    const list = nodeCell(row['l']);
    if (!isNamed(list, textIn(values, 'list'))) return undefined;
    return { list, ...deliveryCells(row), tasks: nodeCell(row['t']) };
  },
};
