import { isNamed, nodeCell, personCell, textOf } from '../node-cell.ts';
import { textIn } from '../parameters.ts';
import type { SavedQuery } from '../saved-query.ts';

const person = 'OPTIONAL MATCH (u)-[:IS]->(p:Person)';
const openTask =
  "w.deleted_at IS NULL AND w.closed_at IS NULL AND coalesce(w.archived, false) = false AND coalesce(w.status_type, 'open') <> 'done' AND coalesce(w.status_type, 'open') <> 'closed'";
const open = "w.deleted_at IS NULL AND w.state = 'open'";

export const query: SavedQuery = {
  name: 'who-works-on-what',
  asks: 'Who works on what now?',
  says:
    'Tasks that are neither done nor closed with whom they are assigned to; open pull requests with who opened them, whom they are ' +
    'assigned to and who is asked for a review; open issues with whom they are assigned to. The accounts of one person are one.',
  parameters: {
    person: { kind: 'text', default: '', meaning: 'Only whose name or key has this in it.' },
  },
  columns: ['person', 'does', 'work', 'state', 'updated', 'url'],
  order: ['person', 'does', 'work'],
  parts: () => [
    `MATCH (w:Task)-[:ASSIGNED_TO]->(u:User) WHERE ${openTask} ${person} RETURN u, p, w, 'assigned' AS does`,
    `MATCH (w:PullRequest)-[:ASSIGNED_TO]->(u:User) WHERE ${open} ${person} RETURN u, p, w, 'assigned' AS does`,
    `MATCH (w:Issue)-[:ASSIGNED_TO]->(u:User) WHERE ${open} ${person} RETURN u, p, w, 'assigned' AS does`,
    `MATCH (u:User)-[:OPENED]->(w:PullRequest) WHERE ${open} ${person} RETURN u, p, w, 'opened' AS does`,
    `MATCH (w:PullRequest)-[:REVIEW_REQUESTED]->(u:User) WHERE ${open} ${person} RETURN u, p, w, 'reviews' AS does`,
  ],
  row: ({ u, p, w, does }, values) => {
    const who = personCell(p, u);
    if (!isNamed(who, textIn(values, 'person'))) return undefined;
    const state = textOf(w, 'status') ?? textOf(w, 'state');
    const updated = textOf(w, 'updated_at');
    return { person: who, does: String(does), work: nodeCell(w), state, updated, url: textOf(w, 'url') };
  },
};
