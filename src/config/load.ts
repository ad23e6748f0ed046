import type { Config } from './schema.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** What works today but should be changed: one sentence each, with the path. */
  readonly warnings: readonly string[];
}
