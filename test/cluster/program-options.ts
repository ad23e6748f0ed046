import type { FindOptions } from '../../src/temporal/dev-server/binary.ts';

export interface ProgramOptions extends FindOptions {
  /** With false, what is not there already is an error: a test does not install anything by itself. */
  readonly mayFetch?: boolean;
}

export const fetchBy = 'npm run test:cluster sees to it';
