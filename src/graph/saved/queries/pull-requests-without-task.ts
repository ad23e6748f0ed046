import { nodeCell, personCell, textOf } from '../node-cell.ts';
import type { SavedQuery } from '../saved-query.ts';

export const query: SavedQuery = {
  name: 'pull-requests-without-task',
  asks: 'Which open pull requests belong to no task?',
  says:
    'Neither its title, its text and its branch nor a commit on that branch, a comment or a review names a task; and no task and no ' +
    'comment on one names the pull request. The oldest first.',
  parameters: {},
  columns: ['opened', 'pull_request', 'repository', 'author', 'url'],
  order: ['opened'],
  parts: () => [
    `MATCH (w:PullRequest) WHERE w.deleted_at IS NULL AND w.state = 'open'
      AND NOT EXISTS { MATCH (w)-[:REFERENCES]->(:Task) }
      AND NOT EXISTS { MATCH (w)<-[:REFERENCES]-(:Task) }
      AND NOT EXISTS { MATCH (w)<-[:REFERENCES]-(:Comment)-[:COMMENTED_ON]->(:Task) }
      AND NOT EXISTS { MATCH (w)-[:HEAD]->(:Branch)<-[:PUSHED_TO]-(:Commit)-[:REFERENCES]->(:Task) }
      AND NOT EXISTS { MATCH (w)<-[:COMMENTED_ON|REVIEWS]-()-[:REFERENCES]->(:Task) }
     OPTIONAL MATCH (w)-[:PART_OF]->(r:Repository)
     OPTIONAL MATCH (u:User)-[:OPENED]->(w)
     OPTIONAL MATCH (u)-[:IS]->(p:Person)
     RETURN w, r, u, p`,
  ],
  row: ({ w, r, u, p }) => ({
    opened: textOf(w, 'created_at'),
    pull_request: nodeCell(w),
    repository: nodeCell(r),
    author: personCell(p, u),
    url: textOf(w, 'url'),
  }),
};
