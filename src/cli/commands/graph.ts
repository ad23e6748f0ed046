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
  const graph = program
    .command('graph')
    .description('ask the graph in Cypher, read only; export it, import it')
    .argument('<cypher>', 'MATCH … RETURN …, or one of the commands below')
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
  registerFiles(graph, context);
}

/** `flowstate graph export FILE` and `import FILE`: from one store into another. */
function registerFiles(graph: Command, context: CliContext): void {
  graph
    .command('export')
    .description('write the whole graph of the configured store as JSON lines')
    .argument('[file]', 'the output where none is named')
    .addHelpText(
      'after',
      '\nStop the server first: it holds an embedded store, and of a Neo4j that is written to meanwhile the export is no\n' +
        'single moment. Ends with 0, 69 where the store is in use or not there, 78 where the configuration is wrong.',
    )
    .action(async (file: string | undefined) => {
      const { exportGraph } = await import('../graph-file.ts'); // heavy, as engines are
      await exportGraph(context, file);
    });
  graph
    .command('import')
    .description('apply an exported graph to the configured store')
    .argument('<file>', 'what export wrote')
    .addHelpText(
      'after',
      '\nInto an empty store it is an exact copy, and compared; into another one the two graphs converge. Again is no harm.\n' +
        'Ends with 0, 1 where the file is damaged or does not fit, 69 where the store is in use or not there.',
    )
    .action(async (file: string) => {
      const { importGraph } = await import('../graph-file.ts');
      await importGraph(context, file);
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
