import type { Command } from 'commander';
import type { describeProviders } from '../../ops/providers.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';
import { table } from '../table.ts';

/** `flowstate providers`: which there are, which are enabled, and which did not load. */
export function register(program: Command, context: CliContext): void {
  program
    .command('providers')
    .description('list the providers of the running server')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nEnds with 0, with 69 where no server answers.')
    .action(async ({ url, json }: { url?: string; json?: boolean }) => {
      const answer = (await ask(context, url, { path: '/providers' })) as ReturnType<
        typeof describeProviders
      >;
      if (json === true) {
        context.out.write(`${JSON.stringify(answer)}\n`);
        return;
      }
      const rows = answer.details.map((one) => [
        one.name,
        one.title,
        one.enabled_as.join(', ') || null,
        one.events.length,
      ]);
      context.out.write(table(['provider', 'title', 'enabled as', 'events'], rows));
      for (const { name, reason } of answer.load_errors)
        context.out.write(`${name} did not load: ${reason}\n`);
    });
}
