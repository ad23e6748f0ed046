import { defineModel } from '#provider-kit';
import { meanings } from './meanings.ts';
import { edges } from './model-edges.ts';
import { nodes } from './model-nodes.ts';

/** GitHub's world in GitHub's words. Keys are made in graph.ts. */
export const model = defineModel({
  meanings,
  nodes,
  edges,
  texts: {
    PullRequest: ['title', 'body', 'head_ref'],
    Issue: ['title', 'body'],
    Discussion: ['title', 'body'],
    Review: ['body'],
    ReviewComment: ['text'],
    Comment: ['text'],
    Commit: ['message'],
    Branch: ['name'],
    Release: ['name', 'body'],
  },
  referable: ['PullRequest', 'Issue', 'Commit'],
  addresses: { PullRequest: 'url', Issue: 'url' },
});
