import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { writeFirstConfig } from '../../config/first-config.ts';
import type { Config } from '../../config/schema.ts';
import type { CliContext } from '../context.ts';

interface StartOptions {
  readonly port?: number;
}

/** `flowstate start`, which is `npm start`: the whole server in one process tree. */
export function register(program: Command, context: CliContext): void {
  program
    .command('start')
    .description('start everything: Temporal, the graph, the workers and the HTTP server')
    .option('-p, --port <n>', 'listen on this port instead of the configured one; 0 picks a free one', asPort)
    .addHelpText(
      'after',
      '\nWithout a config.yaml one is written, with fresh random secrets. Ctrl-C and SIGTERM finish what was begun and stop\n' +
        'everything; a second one stops at once. Ends with 0 after a clean stop, 69 where Temporal cannot be had, 70 after an\n' +
        'unforeseen error, 78 where the configuration is wrong.',
    )
    .action(async (options: StartOptions) => {
      await start(context, options);
    });
}

async function start(context: CliContext, options: StartOptions): Promise<void> {
  const tell = (sentence: string): unknown => context.err.write(`${sentence}\n`);
  await ensureConfig(context, tell);
  const { config: loaded, warnings } = await context.loadConfig();
  const config = withPort(loaded, options.port);
  const { startServer } = await import('../start-server.ts'); // heavy, and needed by this command alone
  const system = await startServer({ config, warnings, env: context.env, onProgress: tell });
  context.out.write(`${greeting(config, system)}\n`);
}

/** A file that somebody named and that is not there is a mistake, not a first start. */
async function ensureConfig(context: CliContext, tell: (sentence: string) => unknown): Promise<void> {
  const { path, isNamed } = context.configFile();
  if (isNamed) return;
  if (await writeFirstConfig(path)) {
    tell(`Wrote ${resolve(path)} with fresh random secrets; it is readable by you alone.`);
  }
}

function withPort(config: Config, port: number | undefined): Config {
  return port === undefined ? config : { ...config, webhooks: { ...config.webhooks, port } };
}

function greeting(
  { webhooks, file }: Config,
  system: { url: string; temporalUi: string | undefined },
): string {
  const enabled = webhooks.providers.filter((entry) => entry.enabled);
  const posts = enabled.map(({ name }) => `    ${system.url}/webhooks/${name}`);
  return [
    '',
    `Flow-State is ready. Configuration: ${file}`,
    '',
    '  Post to',
    ...(posts.length > 0 ? posts : ['    (no provider is enabled)']),
    ...(system.temporalUi === undefined ? [] : ['  Temporal UI', `    ${system.temporalUi}`]),
    '  Try, in another terminal',
    '    npx flowstate send github pull_request',
    '',
  ].join('\n');
}

function asPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
