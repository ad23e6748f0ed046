import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { asPort, type RoleOptions, runRole } from '../run-role.ts';

/** `flowstate ingress`: takes deliveries, and answers what people ask; any number of them. */
export function register(program: Command, context: CliContext): void {
  program
    .command('ingress')
    .description('start one of several ingresses: the HTTP server, beside workers that run elsewhere')
    .option('-p, --port <n>', 'listen on this port instead of webhooks.port; 0 picks a free one', asPort)
    .addHelpText(
      'after',
      '\nNeeds a Temporal server (temporal.address) and Neo4j (graph.driver), and a data_dir of its own for its inbox: two\n' +
        'ingresses on one machine need two. While Temporal is away it takes deliveries all the same, unless inbox.mode is off.\n' +
        'Signals and statuses are those of start.',
    )
    .action(async (options: RoleOptions) => {
      await runRole(context, 'ingress', options);
    });
}
