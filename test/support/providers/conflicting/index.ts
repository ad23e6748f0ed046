import { acme } from '../../acme.ts';

export default {
  ...acme,
  name: 'conflicting',
  model: { nodes: { Repository: { name: 'integer' } }, edges: {} },
};
