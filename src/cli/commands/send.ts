import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { ParameterInvalidError } from '../../errors.ts';
import type { ActiveProvider, Fixture } from '../../providers/provider.ts';
import { loadFixtures } from '../../providers/registry.ts';
import type { CliContext } from '../context.ts';
import { postSample, temporalUiOf } from '../post.ts';
import type { Posted } from '../post.ts';
import { chooseFixture, findFixture, makeSample } from '../sample.ts';
import type { Sample } from '../sample.ts';

interface SendOptions {
  readonly url?: string;
  readonly file?: string;
  readonly secret?: string;
  readonly deliveryId?: string;
  readonly count: number;
  readonly list?: boolean;
  readonly json?: boolean;
}

interface Report extends Posted {
  readonly provider: string;
  readonly event: string;
  /** To the workflow in Temporal's UI. */
  readonly link: string | undefined;
}

/** `flowstate send github pull_request`: an honest request to the running server, signed by the shipped code. */
export function register(program: Command, context: CliContext): void {
  program
    .command('send')
    .description('sign a sample event and post it to the running server')
    .argument('<provider>', 'its name in the configuration')
    .argument('[event]', "an event's type or a sample's name; the provider's first one unless given")
    .option('--list', 'list the events that there are samples of')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--file <body>', 'send the bytes of this file instead of the sample')
    .option('--secret <text>', 'sign with this secret instead of the configured one')
    .option('--delivery-id <id>', 'use this id; sent twice it is a duplicate')
    .option('--count <n>', 'send so many, one after the other', positive, 1)
    .option('--json', 'print a line of JSON for each')
    .addHelpText(
      'after',
      '\nEnds with 0 where all were accepted (or were duplicates), 1 where one was refused, 69 where no server answers,\n' +
        '77 where the signature was refused, 78 where the configuration is wrong.',
    )
    .action(async (name: string, event: string | undefined, options: SendOptions) => {
      const sender = await findSender(context, name, options);
      const fixtures = await loadFixtures(sender.provider.name);
      if (options.list === true) return listEvents(context, fixtures);
      const own = { eventType: event ?? sender.provider.events[0] ?? 'event' };
      const wanted = event ?? fixtures.find((one) => one.name === name)?.name; // a preset that is called by its name
      const fixture =
        options.file === undefined
          ? chooseFixture(fixtures, sender.provider, wanted)
          : (findFixture(fixtures, sender.provider, wanted) ?? own);
      await send(context, { ...sender, fixture }, options);
    });
}

function listEvents({ out }: CliContext, fixtures: readonly Fixture[]): void {
  const width = Math.max(0, ...fixtures.map(({ eventType }) => eventType.length));
  const lines = fixtures.map(({ eventType, name }) => `${eventType.padEnd(width)}  ${name}\n`);
  out.write(lines.sort().join(''));
}

async function send(
  context: CliContext,
  sender: ActiveProvider & { fixture: Sample },
  options: SendOptions,
): Promise<void> {
  const { url } = await context.server(options.url);
  const body = options.file === undefined ? undefined : await readBody(options.file);
  const ui = await temporalUiOf(url);
  for (let sent = 0; sent < options.count; sent += 1) {
    const sample = makeSample({ ...sender, body, deliveryId: options.deliveryId });
    const posted = await postSample(`${url}/webhooks/${sender.name}`, sample);
    const link = posted.answer && ui && `${ui}/workflows/${encodeURIComponent(posted.answer.workflow_id)}`;
    const report = { provider: sender.name, event: sample.eventType, ...posted, link };
    context.out.write(options.json === true ? jsonOf(report) : textOf(report));
  }
}

function jsonOf({ provider, event, httpStatus, answer, link }: Report): string {
  return `${JSON.stringify({ provider, event, http_status: httpStatus, ...answer, workflow_url: link })}\n`;
}

function textOf({ provider, event, httpStatus, answer, link }: Report): string {
  const head = `${provider} ${event}: ${httpStatus} ${answer?.status ?? ''}`.trimEnd();
  if (answer === undefined) return `${head}\n`;
  const lines = [head, `  delivery  ${answer.delivery_id}`, `  workflow  ${answer.workflow_id}`];
  return [...lines, ...(link === undefined ? [] : [`  Temporal  ${link}`]), ''].join('\n');
}

/** Who sends: the configured provider, or with `--secret` the shipped one of that name with nothing but this secret. */
async function findSender(
  context: CliContext,
  name: string,
  { secret, list }: SendOptions,
): Promise<ActiveProvider> {
  const shipped = (await context.providers()).get(name);
  if (shipped !== undefined && list === true) return { name, provider: shipped, settings: undefined };
  if (shipped !== undefined && secret !== undefined) {
    const { data, error } = shipped.settings.safeParse({ webhook_secret: secret });
    if (error === undefined) return { name, provider: shipped, settings: data };
    throw new ParameterInvalidError(`${name} needs more than a secret: configure it.`);
  }
  const { providers } = (await context.loadConfig()).config.webhooks;
  const configured = providers.find((one) => one.name === name);
  if (configured?.enabled === true) return configured;
  const others = providers.filter(({ enabled }) => enabled).map((one) => one.name);
  const state = configured === undefined ? 'not configured' : 'disabled';
  throw new ParameterInvalidError(`${name} is ${state}; enabled: ${others.join(', ') || 'none'}`);
}

async function readBody(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ParameterInvalidError(`--file ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 to 999999.');
  return Number(text);
}
