import { InvalidArgumentError, type Command } from 'commander';
import type { QueryResult } from '../../graph/store.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';
import { table } from '../table.ts';

interface GraphOptions {
  readonly param: Readonly<Record<string, unknown>>;
  readonly maxRows?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `flowstate graph "MATCH (t:Task) RETURN t.name"`: asks the graph of the running server; read only. */
export function register(program: Command, context: CliContext): void {
  program
    .command('graph')
    .description('ask the graph in Cypher, read only')
    .argument('<cypher>', 'MATCH … RETURN …')
    .option(
      '--param <name=value>',
      'a parameter of the query; a value that is JSON is taken as that',
      addParameter,
      {},
    )
    .option('--max-rows <n>', 'at most so many rows (default: 1000)')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0, with 1 where the query is refused or takes too long, 69 where no server answers, 77 where the admin\ntoken is refused.',
    )
    .action(async (query: string, { param: parameters, maxRows, url, json }: GraphOptions) => {
      const rows = maxRows === undefined ? {} : { max_rows: Number(maxRows) };
      const result = (await ask(context, url, {
        path: '/graph',
        body: { query, parameters, ...rows },
      })) as QueryResult;
      context.out.write(json === true ? `${JSON.stringify(result)}\n` : table(result.columns, result.rows));
      if (result.truncated) context.err.write('There are more rows; --max-rows shows them.\n');
    });
}

function addParameter(
  text: string,
  known: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...known, [text.slice(0, at)]: valueOf(text.slice(at + 1)) };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
