import { deliveryCells, deliveryColumns, inWindow, sinceOf, windowParameters } from '../deliveries.ts';
import { isNamed, nodeCell, personCell } from '../node-cell.ts';
import { textIn } from '../parameters.ts';
import { type SavedQuery, workLabels } from '../saved-query.ts';

export const query: SavedQuery = {
  name: 'activity-by-person',
  asks: 'What happened in the last hours, by person?',
  says:
    'Each delivery of these hours that touched an account of somebody: who did it, and whom it concerns, such as the assignees of a ' +
    'task. `about` are the tasks, pull requests, messages and the like that it touched.',
  parameters: {
    ...windowParameters,
    person: { kind: 'text', default: '', meaning: 'Only whose name or key has this in it.' },
  },
  columns: ['person', 'at', 'provider', 'event', 'about', 'delivery'],
  gathers: 'about',
  order: ['person', 'at'],
  derived: sinceOf,
  parts: ({ model }) => [
    `MATCH (d:Delivery)-[:TOUCHED]->(u:User) WHERE ${inWindow}
     OPTIONAL MATCH (u)-[:IS]->(p:Person)
     OPTIONAL MATCH (d)-[:TOUCHED]->(n:${workLabels(model)})
     RETURN ${deliveryColumns}, u, p, n`,
  ],
  row: (row, values) => {
    const person = personCell(row['p'], row['u']);
    if (!isNamed(person, textIn(values, 'person'))) return undefined;
    return { person, ...deliveryCells(row), about: nodeCell(row['n']) };
  },
};
