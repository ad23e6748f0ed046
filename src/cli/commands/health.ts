import type { Command } from 'commander';
import { z } from 'zod';
import { ServerUnreachableError, ServerRefusedError } from '../../errors.ts';
import { notFlowState } from '../ask.ts';
import type { CliContext } from '../context.ts';

const answerMs = 5000;

const readiness = z.object({ status: z.literal('ready') });

/** `flowstate health`: the check of a container or a supervisor. */
export function register(program: Command, context: CliContext): void {
  program
    .command('health')
    .description('ask the server of this data_dir whether it is ready')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .addHelpText(
      'after',
      '\nEnds with 0 where it is ready, 1 where it is not, 69 where no server answers, or another program.',
    )
    .action(async (options: { url?: string }) => {
      const { url } = await context.server(options.url);
      context.out.write(`${await readReadiness(url)}\n`);
    });
}

async function readReadiness(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(answerMs) });
  } catch (cause) {
    throw new ServerUnreachableError(`No server answers at ${url}; is it started?`, { cause });
  }
  if (!response.ok) throw new ServerRefusedError('NOT_READY', `${url} is starting, stopping or broken`);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!readiness.safeParse(answer).success) throw notFlowState(url);
  return `${url} is ready`;
}
