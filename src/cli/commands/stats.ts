import type { Command } from 'commander';
import type { Stats } from '../../ops/stats.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';
import { table } from '../table.ts';

/** `flowstate stats`: what became of the deliveries, by provider. */
export function register(program: Command, context: CliContext): void {
  program
    .command('stats')
    .description('tell how many deliveries were processed and failed, by provider')
    .option('--window <span>', 'only what was received in the last 30m, 24h, 7d …')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0, with 69 where no server answers, with 2 where the window is no span.',
    )
    .action(async ({ window, url, json }: { window?: string; url?: string; json?: boolean }) => {
      const stats = (await ask(context, url, { path: '/stats', query: { window } })) as Stats;
      if (json === true) {
        context.out.write(`${JSON.stringify(stats)}\n`);
        return;
      }
      const rows = Object.entries(stats.providers).map(([name, figures]) => [
        name,
        figures.events_processed,
        figures.events_failed,
        figures.running,
        figures.success_rate === null ? null : `${(figures.success_rate * 100).toFixed(1)} %`,
        figures.last_processed,
      ]);
      context.out.write(
        table(['provider', 'processed', 'failed', 'running', 'success', 'last processed'], rows),
      );
    });
}
