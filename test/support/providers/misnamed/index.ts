export { acme as default } from '../../acme.ts';
