import { readdir, readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import type { Environment } from '../config/environment.ts';
import { WebhookError } from '../errors.ts';
import type { Register } from './context.ts';
import { asSystemRefusal } from './system-refusal.ts';
import { createContext } from './create-context.ts';
import { exitStatus, exitStatusHelp, exitStatusOf } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';

export interface Invocation {
  /** The words of the command line after the program's name. */
  readonly words: readonly string[];
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  readonly env: Environment;
}

/** Runs one command line. Every error ends here: as one message on `err`, and as a status. */
export async function runCommandLine({ words, out, err, env }: Invocation): Promise<ExitStatus> {
  const program = await createProgram(out, err);
  const context = createContext({
    out,
    err,
    env,
    namedConfig: () => program.opts<{ config?: string }>().config,
  });
  try {
    for (const register of await commandFiles()) register(program, context);
    await program.parseAsync([...words], { from: 'user' });
    return exitStatus.ok;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitStatus.ok : exitStatus.usage;
    const error = asSystemRefusal(thrown) ?? thrown;
    err.write(`flowstate: ${describe(error)}\n`);
    return exitStatusOf(error);
  }
}

async function createProgram(out: NodeJS.WritableStream, err: NodeJS.WritableStream): Promise<Command> {
  return new Command('flowstate')
    .description('Webhooks of many senders become Temporal workflows and one graph.')
    .version(await version(), '-V, --version')
    .option('-c, --config <file>', 'the configuration (default: $FLOWSTATE_CONFIG, else config.yaml)')
    .addHelpText('after', `\n${exitStatusHelp}`)
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) })
    .showHelpAfterError('Try --help.')
    .exitOverride();
}

/** Every file in commands/ is one command, in the order of their names. */
async function commandFiles(): Promise<readonly Register[]> {
  const folder = new URL('commands/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js')).sort();
  return await Promise.all(
    names.map(async (name) => {
      const { register } = (await import(new URL(name, folder).href)) as { register: Register };
      return register;
    }),
  );
}

async function version(): Promise<string> {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

/** Ours by code and message; anything else is a bug, and its stack says where. */
function describe(error: unknown): string {
  if (error instanceof WebhookError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
