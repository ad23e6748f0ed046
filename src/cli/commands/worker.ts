import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { asPort, type RoleOptions, runRole } from '../run-role.ts';

/** `flowstate worker`: runs the workflows and writes the graph; any number of them. */
export function register(program: Command, context: CliContext): void {
  program
    .command('worker')
    .description('start one of several workers: it runs workflows and writes the graph')
    .option(
      '-p, --port <n>',
      'tell its health on this port instead of worker.port; 0 picks a free one',
      asPort,
    )
    .addHelpText(
      'after',
      '\nNeeds a Temporal server (temporal.address) and Neo4j (graph.driver), and a data_dir of its own. Answers /health,\n' +
        '/livez and /readyz at worker.host and worker.port. Signals and statuses are those of start.',
    )
    .action(async (options: RoleOptions) => {
      await runRole(context, 'worker', options);
    });
}
