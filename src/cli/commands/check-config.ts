import type { Command } from 'commander';
import type { ConfiguredProvider } from '../../config/schema.ts';
import { ConfigInvalidError } from '../../errors.ts';
import type { CliContext } from '../context.ts';

/** `flowstate check-config`: tells everything that is wrong with the configuration, or what it sets up. */
export function register(program: Command, context: CliContext): void {
  program
    .command('check-config')
    .description('tell what is wrong with the configuration, or what it sets up')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 where the configuration is sound, warnings or not, and with 78 where it is not.',
    )
    .action(async ({ json }: { json?: boolean }) => {
      if (json === true) await printJson(context);
      else await printText(context);
    });
}

async function printJson(context: CliContext): Promise<void> {
  const print = (result: object): unknown => context.out.write(`${JSON.stringify(result)}\n`);
  try {
    const { config, warnings } = await context.loadConfig();
    const providers = config.webhooks.providers.map(({ name, enabled }) => ({ name, enabled }));
    print({ file: config.file, valid: true, problems: [], warnings, providers });
  } catch (error) {
    if (error instanceof ConfigInvalidError) {
      print({ file: context.configFile().path, valid: false, problems: error.problems });
    }
    throw error;
  }
}

async function printText(context: CliContext): Promise<void> {
  const { config, warnings } = await context.loadConfig();
  for (const warning of warnings) context.err.write(`warning: ${warning}\n`);
  const { host, port, providers, enabled } = config.webhooks;
  const lines = [
    `${config.file} is sound.`,
    `  ingress    ${enabled ? `http://${host}:${port}` : 'disabled (webhooks.enabled is false)'}`,
    `  temporal   ${config.temporal.address}, namespace ${config.temporal.namespace}`,
    `  graph      ${config.graph.driver}`,
    `  data_dir   ${config.data_dir}`,
    `  ops routes ${config.admin.token === undefined ? 'refuse everybody (no admin.token)' : 'behind admin.token'}`,
    `  providers  ${providers.map(describe).join(', ') || 'none'}`,
  ];
  context.out.write(`${lines.join('\n')}\n`);
}

function describe({ name, enabled, provider }: ConfiguredProvider): string {
  const type = provider === undefined || provider.name === name ? '' : ` (${provider.name})`;
  return `${name}${type}${enabled ? '' : ' disabled'}`;
}
