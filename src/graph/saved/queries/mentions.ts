import { nodeCell, textOf } from '../node-cell.ts';
import type { EntityValue } from '../parameters.ts';
import type { SavedQuery } from '../saved-query.ts';

/** When something was written, by whichever of these its label has. */
const writtenAt = ['created_at', 'submitted_at', 'committed_at', 'updated_at'];

export const query: SavedQuery = {
  name: 'mentions',
  asks: 'What mentions this?',
  says:
    'Messages, pull requests, commits, comments and the like whose text refers to it, or that mention it by @ or #. What is named ' +
    'but not known yet can be asked for by its name.',
  parameters: {
    entity: { kind: 'entity', meaning: 'What is mentioned: a task, a pull request, a message, a user, …' },
  },
  columns: ['at', 'how', 'by', 'url'],
  order: ['at'],
  parts: ({ values }) => {
    const { label, key, alias } = values['entity'] as EntityValue;
    if (key === alias)
      return [`MATCH (n:${label} {key: $entity})<-[:CITES]-(m) RETURN m, 'REFERENCES' AS how`];
    const accounts = label === 'Person' ? '<-[:IS]-(:User)' : '';
    return ['REFERENCES', 'MENTIONS'].map(
      (type) => `MATCH (n:${label} {key: $entity})${accounts}<-[:${type}]-(m) RETURN m, '${type}' AS how`,
    );
  },
  row: ({ m, how }) => ({
    at: writtenAt.map((name) => textOf(m, name)).find((time) => time !== null) ?? null,
    how: String(how),
    by: nodeCell(m),
    url: textOf(m, 'url'),
  }),
};
