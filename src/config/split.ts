import { ConfigInvalidError } from '../errors.ts';
import type { Config } from './schema.ts';

/**
 * What several processes share cannot be embedded in one of them.
 *
 * @throws ConfigInvalidError which names every such key
 */
export function assertSplit({ file, temporal, graph }: Config, role: string): void {
  const problems = [
    ...(temporal.address === 'embedded'
      ? [
          {
            path: 'temporal.address',
            message: `is embedded, and flowstate ${role} needs a server that all parts reach: set host:port`,
          },
        ]
      : []),
    ...(graph.driver === 'embedded'
      ? [
          {
            path: 'graph.driver',
            message: `is embedded, a graph inside of one process, and flowstate ${role} is one of several: set neo4j`,
          },
        ]
      : []),
  ];
  if (problems.length > 0) throw new ConfigInvalidError(file, problems);
}
