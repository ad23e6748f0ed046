import { nodeCell, personCell, textOf } from '../node-cell.ts';
import type { SavedQuery } from '../saved-query.ts';

export const query: SavedQuery = {
  name: 'tasks-in-review-without-pull-request',
  asks: 'Which tasks are in review without a pull request?',
  says:
    'No pull request names the task, nor does one whose branch has a commit that names it, and neither the task nor a comment on it ' +
    'names a pull request. The one that waits longest first.',
  parameters: {
    status: { kind: 'text', default: 'review', meaning: 'Statuses with this in their name count as review.' },
  },
  columns: ['updated', 'task', 'status', 'list', 'assignees', 'url'],
  gathers: 'assignees',
  order: ['updated'],
  parts: () => [
    `MATCH (w:Task) WHERE w.deleted_at IS NULL AND toLower(w.status) CONTAINS toLower($status)
      AND NOT EXISTS { MATCH (w)<-[:REFERENCES]-(:PullRequest) }
      AND NOT EXISTS { MATCH (w)-[:REFERENCES]->(:PullRequest) }
      AND NOT EXISTS { MATCH (w)<-[:COMMENTED_ON]-(:Comment)-[:REFERENCES]->(:PullRequest) }
      AND NOT EXISTS { MATCH (w)<-[:REFERENCES]-(:Commit)-[:PUSHED_TO]->(:Branch)<-[:HEAD]-(:PullRequest) }
     OPTIONAL MATCH (w)-[:BELONGS_TO]->(l:List)
     OPTIONAL MATCH (w)-[:ASSIGNED_TO]->(u:User)
     OPTIONAL MATCH (u)-[:IS]->(p:Person)
     RETURN w, l, u, p`,
  ],
  row: ({ w, l, u, p }) => ({
    updated: textOf(w, 'updated_at'),
    task: nodeCell(w),
    status: textOf(w, 'status'),
    list: nodeCell(l),
    assignees: personCell(p, u),
    url: textOf(w, 'url'),
  }),
};
