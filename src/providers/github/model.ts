import { defineModel } from '#provider-kit';
import { meanings } from './meanings.ts';
import { edges } from './model-edges.ts';
import { nodes } from './model-nodes.ts';

/** GitHub's world in GitHub's words. Keys are made in graph.ts. */
export const model = defineModel({ meanings, nodes, edges });
