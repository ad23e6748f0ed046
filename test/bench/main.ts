import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { packageRoot } from '../../src/package-root.ts';
import { environment } from '../../src/config/environment.ts';
import { Children } from './children.ts';
import { findOnPostgres } from './contestants/temporal-servers.ts';
import { describeMachine } from './machine.ts';
import { planOf, type Size } from './plan.ts';
import { report } from './report.ts';
import { run } from './run.ts';

interface Options {
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly postgres?: boolean;
  readonly write?: boolean;
  readonly json?: string;
  readonly profile?: string;
}

const page = join(packageRoot, 'docs', 'performance.md');
const [begin, end] = ['<!-- bench:begin -->', '<!-- bench:end -->'];

const command = new Command('npm run bench --')
  .description(
    'Holds this project against a naive Temporal pipeline, BullMQ and Temporal alone, side by side on this machine.',
  )
  .option('--quick', 'some two minutes: the ratios only, from fewer events')
  .option('--full', 'half an hour: a graph of 1,000,000 nodes, /stats of 50,000 executions')
  .option('--postgres', 'also Temporal on PostgreSQL; what that needs is installed, or built with Go, once')
  .option('--write', 'put the tables into docs/performance.md')
  .option('--json <file>', 'write everything that was measured as JSON')
  .option('--profile <folder>', 'write CPU profiles of the contestants there')
  .addHelpText(
    'after',
    '\nNeeds redis-server on PATH; Temporal is found as `npm start` finds it. A machine that does something else\n' +
      'meanwhile gives figures that can only be compared within a run. Ctrl-C ends everything that was started.',
  )
  .parse();

const options = command.opts<Options>();
const children = new Children();
const tell = (sentence: string): unknown => process.stderr.write(`${sentence}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void children.endAll().then(() => process.exit(130)));
}
await bench();

async function bench(): Promise<void> {
  const size: Size = options.quick === true ? 'quick' : options.full === true ? 'full' : 'default';
  const withPostgres = options.postgres === true;
  const flags = [...(size === 'default' ? [] : [`--${size}`]), ...(withPostgres ? ['--postgres'] : [])];
  const machine = await describeMachine(
    ['npm run bench', ...(flags.length === 0 ? [] : ['--', ...flags])].join(' '),
  );
  if (withPostgres) await findOnPostgres({ env: environment(), onProgress: tell });
  const nodeArgs = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  const results = await run(planOf(size, { withPostgres }), { children, nodeArgs, onProgress: tell });
  const text = report(results, machine);
  process.stdout.write(text);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.write === true) await writeIntoPage(text);
  process.exit(0); // a connection of gRPC would keep it for a while
}

async function writeIntoPage(text: string): Promise<void> {
  const known = await readFile(page, 'utf8');
  const [start, stop] = [known.indexOf(begin), known.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`${page} has no place for the tables: ${begin} … ${end}`);
  await writeFile(page, `${known.slice(0, start + begin.length)}\n\n${text}\n${known.slice(stop)}`);
}
