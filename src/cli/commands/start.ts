import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeFirstConfig } from '../../config/first-config.ts';
import type { CliContext } from '../context.ts';
import { asPort, type RoleOptions, runRole } from '../run-role.ts';

/** `flowstate start`, which is `npm start`: the whole server in one process tree. */
export function register(program: Command, context: CliContext): void {
  program
    .command('start')
    .description('start everything: Temporal, the graph, the workers and the HTTP server')
    .option('-p, --port <n>', 'listen on this port instead of the configured one; 0 picks a free one', asPort)
    .addHelpText(
      'after',
      '\nWithout a config.yaml one is written, with fresh random secrets. Ctrl-C and SIGTERM finish what was begun and stop\n' +
        'everything; a second one stops at once. Ends with 0 after a clean stop, 69 where the embedded Temporal cannot be\n' +
        'had, 77 where another one refuses it, 70 after an unforeseen error, 78 where the configuration is wrong. Another one\n' +
        'may come later, unless inbox.mode is off.',
    )
    .action(async (options: RoleOptions) => {
      await ensureConfig(context);
      await runRole(context, 'start', options);
    });
}

/** A file that somebody named and that is not there is a mistake, not a first start. */
async function ensureConfig(context: CliContext): Promise<void> {
  const { path, isNamed } = context.configFile();
  if (isNamed) return;
  if (await writeFirstConfig(path)) {
    context.err.write(`Wrote ${resolve(path)} with fresh random secrets; it is readable by you alone.\n`);
  }
}
