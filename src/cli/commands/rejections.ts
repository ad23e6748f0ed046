import type { Command } from 'commander';
import type { Rejection } from '../../ingress/rejections.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';
import { table } from '../table.ts';

interface RejectionsOptions {
  readonly provider?: string;
  readonly limit?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `flowstate rejections --provider github`: what was refused and why, the newest first. */
export function register(program: Command, context: CliContext): void {
  program
    .command('rejections')
    .description('list refused requests and why, the newest first')
    .option('--provider <name>', 'only of this provider; "unknown" where no enabled one was meant')
    .option('--limit <n>', 'at most so many (default: 50)')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print a line of JSON for each, with its headers and the start of its body')
    .addHelpText(
      'after',
      '\nEnds with 0, 2 where an option is wrong, 69 where no server answers, 77 where the admin token is refused.',
    )
    .action(async ({ url, json, ...query }: RejectionsOptions) => {
      const answer = await ask(context, url, { path: '/rejections', query });
      const { rejections } = answer as { readonly rejections: readonly Rejection[] };
      if (json === true) {
        for (const one of rejections) context.out.write(`${JSON.stringify(one)}\n`);
        return;
      }
      const rows = rejections.map(({ at, provider, status, code, reason = '', message }) => [
        ...[at, provider, String(status), code, reason, message],
      ]);
      context.out.write(table(['at', 'provider', 'status', 'code', 'reason', 'message'], rows));
    });
}
