import { InvalidArgumentError, type Command } from 'commander';
import { ParameterInvalidError } from '../../errors.ts';
import type { SavedAnswer } from '../../graph/saved/run-saved-query.ts';
import type { QueryResult } from '../../graph/store.ts';
import type { ListedQuery } from '../../ops/graph-routes.ts';
import { ask } from '../ask.ts';
import type { CliContext } from '../context.ts';
import { table } from '../table.ts';

interface GraphOptions {
  readonly saved?: string;
  readonly list?: boolean;
  readonly param: Readonly<Record<string, string>>;
  readonly maxRows?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `flowstate graph "MATCH (t:Task) RETURN t.name"`: asks the graph of the running server; read only. */
export function register(program: Command, context: CliContext): void {
  const graph = program
    .command('graph')
    .description('ask the graph, in Cypher or by a saved query, read only; export it, import it')
    .argument('[cypher]', 'MATCH … RETURN …, or one of the commands below')
    .option('--saved <name>', 'a question that has a name, in place of Cypher')
    .option('--list', 'list the saved queries with their parameters')
    .option(
      '--param <name=value>',
      'a parameter of the query, once for each; beside Cypher, a value that is JSON is taken as that',
      addParameter,
      {},
    )
    .option('--max-rows <n>', 'at most so many rows (default: 1000)')
    .option('--url <url>', 'the server (default: $FLOWSTATE_URL, else the one of the configuration)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0, with 1 where the query is refused or takes too long, 2 where a saved query or its parameter is wrong,\n' +
        '69 where no server answers, 77 where the admin token is refused.',
    )
    .action(async (cypher: string | undefined, options: GraphOptions) => {
      const { saved, list } = options;
      if (list === true || saved === 'list') return await listSaved(context, options);
      if ((cypher === undefined) === (saved === undefined)) {
        throw new ParameterInvalidError(
          'Give either Cypher or --saved <name>; --list tells which there are.',
        );
      }
      if (saved === undefined) await askCypher(context, String(cypher), options);
      else await askSaved(context, saved, options);
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

async function askCypher(context: CliContext, query: string, options: GraphOptions): Promise<void> {
  const { param, maxRows, url } = options;
  const parameters = Object.fromEntries(Object.entries(param).map(([name, text]) => [name, valueOf(text)]));
  const rows = maxRows === undefined ? {} : { max_rows: Number(maxRows) };
  const result = await ask(context, url, { path: '/graph', body: { query, parameters, ...rows } });
  print(context, result as QueryResult, options);
}

async function askSaved(context: CliContext, name: string, options: GraphOptions): Promise<void> {
  const { param, maxRows, url } = options;
  const query = { ...param, max_rows: maxRows };
  const path = `/graph/saved/${encodeURIComponent(name)}`;
  const answer = (await ask(context, url, { path, query })) as SavedAnswer;
  print(context, answer, options);
  if (answer.missing.length > 0) {
    context.err.write(
      `Left out, for no enabled provider has them: what asks for ${answer.missing.join(', ')}.\n`,
    );
  }
}

function print({ out, err }: CliContext, result: QueryResult, { json }: GraphOptions): void {
  out.write(json === true ? `${JSON.stringify(result)}\n` : table(result.columns, result.rows));
  if (result.truncated) err.write('There are more rows; --max-rows shows them.\n');
}

async function listSaved(context: CliContext, { url, json }: GraphOptions): Promise<void> {
  const { queries } = (await ask(context, url, { path: '/graph/saved' })) as {
    readonly queries: readonly ListedQuery[];
  };
  context.out.write(json === true ? `${JSON.stringify(queries)}\n` : queries.map(describe).join('\n'));
}

function describe({ name, asks, parameters }: ListedQuery): string {
  const width = Math.max(0, ...parameters.map(({ form }) => form.length));
  const lines = parameters.map(({ form, meaning }) => `  ${form.padEnd(width)}  ${meaning}`);
  return [`${name}: ${asks}`, ...lines, ''].join('\n');
}

function addParameter(
  text: string,
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...known, [text.slice(0, at)]: text.slice(at + 1) };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
