import type { Command } from 'commander';
import type { EventList } from '../../ops/events.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';
import { table } from '../table.ts';

interface EventsOptions {
  readonly provider?: string;
  readonly status?: string;
  readonly type?: string;
  readonly entity?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `flowstate events --status failed`: deliveries, the newest first. */
export function register(program: Command, context: CliContext): void {
  program
    .command('events')
    .description('list deliveries, the newest first')
    .option('--provider <name>', 'only of this provider')
    .option('--status <status>', 'running, completed, failed, timed_out, terminated or canceled')
    .option('--type <event>', 'only of this event type')
    .option('--entity <key>', 'only those that touched this node, such as clickup:task:86c2q7x1a')
    .option('--since <span>', 'only what was received in the last 30m, 24h, 7d …')
    .option('--limit <n>', 'at most so many (default: 50)')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print a line of JSON for each')
    .addHelpText(
      'after',
      '\nEnds with 0, 2 where an option is wrong, 69 where no server answers, 77 where the admin token is refused.',
    )
    .action(async ({ url, json, ...query }: EventsOptions) => {
      const { events, truncated } = (await ask(context, url, { path: '/events', query })) as EventList;
      if (truncated) context.err.write('There are more deliveries; --limit shows them.\n');
      if (json === true) {
        for (const event of events) context.out.write(`${JSON.stringify(event)}\n`);
        return;
      }
      const rows = events.map((event) => [
        event.received_at,
        event.provider,
        event.event_type,
        event.status,
        event.outcome,
        event.delivery_id,
      ]);
      context.out.write(table(['received', 'provider', 'event', 'status', 'outcome', 'delivery'], rows));
    });
}
