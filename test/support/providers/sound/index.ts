import { acme } from '../../acme.ts';

export default { ...acme, name: 'sound' };
