import type { Command } from 'commander';
import type { Replayed } from '../../ops/replay.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';

/** `flowstate replay github 2ea7…`: runs a delivery again, from its first workflow task. */
export function register(program: Command, context: CliContext): void {
  program
    .command('replay')
    .description('run a delivery again')
    .argument('<provider>', 'its name in the configuration')
    .argument('<id>', 'the id of the delivery')
    .option('--force', 'also one that still runs: its run is ended')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 where a new run began, 1 where the delivery is not known or still runs, 69 where no server answers,\n77 where the admin token is refused.',
    )
    .action(
      async (provider: string, id: string, options: { force?: boolean; url?: string; json?: boolean }) => {
        const path = `/events/${encodeURIComponent(provider)}/${encodeURIComponent(id)}/replay`;
        const query = options.force === true ? { force: 'true' } : {};
        const replayed = (await ask(context, options.url, { path, query, method: 'POST' })) as Replayed;
        context.out.write(
          options.json === true
            ? `${JSON.stringify(replayed)}\n`
            : `${replayed.workflow_id} runs again\n  run       ${replayed.run_id}\n  previous  ${replayed.previous_run_id}\n`,
        );
      },
    );
}
