import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ParameterInvalidError } from '../errors.ts';
import type { GraphModel } from '../graph/model.ts';
import type { GraphStore } from '../graph/store.ts';
import { exportLines, migrateToAll } from '../graph/transfer/export.ts';
import { importLines } from '../graph/transfer/import.ts';
import type { Totals } from '../graph/transfer/lines.ts';
import { bringTogether } from '../providers/together.ts';
import { activeProviders } from './active-providers.ts';
import type { CliContext } from './context.ts';
import { openGraph } from './open-graph.ts';

/** Writes the graph of the configured store to a file, or to the output where none is named. */
export async function exportGraph(context: CliContext, file: string | undefined): Promise<void> {
  await withGraph(context, async (store, enabled) => {
    const model = await migrateToAll(store, enabled);
    const told = { last: '' };
    const onProgress = (totals: Totals): void => {
      told.last = countsOf(totals);
      context.err.write(`${told.last} …\n`);
    };
    const lines = Readable.from(exportLines({ store, model, onProgress }));
    if (file === undefined) await pipeline(lines, context.out, { end: false });
    else await writeWhole(lines, file);
    context.err.write(`Exported ${told.last}${file === undefined ? '' : ` to ${file}`}.\n`);
  });
}

/** Applies an exported file to the graph of the configured store. */
export async function importGraph(context: CliContext, file: string): Promise<void> {
  await withGraph(context, async (store, model) => {
    await store.migrate(model);
    const input = await openFile(file);
    const imported = await importLines(store, linesOf(input), (totals) => {
      context.err.write(`${countsOf(totals)} …\n`);
    }).finally(() => input.destroy());
    const already = imported.skipped === 0 ? '' : `; ${imported.skipped} deliveries were there already`;
    const verdict = imported.isCopy
      ? 'the graph is the one that was exported'
      : `merged into the graph that was there${already}`;
    context.out.write(`Imported ${countsOf(imported)}: ${verdict}.\n`);
  });
}

/** The store is opened here and not asked of a server: so nobody writes to an embedded one meanwhile. */
async function withGraph(
  context: CliContext,
  work: (store: GraphStore, model: GraphModel) => Promise<void>,
): Promise<void> {
  const { config } = await context.loadConfig();
  const { model } = bringTogether(activeProviders(config).values(), config.people);
  const store = await openGraph(config);
  try {
    await work(store, model);
  } finally {
    await store.close();
  }
}

/** Under another name until it is whole; for its owner alone, as the graph was. */
async function writeWhole(lines: Readable, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(lines, createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw isOfFiles(error) ? new ParameterInvalidError(`${file} cannot be written: ${error.message}`) : error;
  }
}

async function openFile(file: string): Promise<Readable> {
  const input = createReadStream(file);
  return await new Promise((resolve, reject) => {
    input.once('open', () => {
      resolve(input);
    });
    input.once('error', (error) => {
      reject(new ParameterInvalidError(`${file} cannot be read: ${error.message}`));
    });
  });
}

/** Begins to read when the first line is asked for; what a reader of lines reads before is lost. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  yield* createInterface({ input, crlfDelay: Infinity });
}

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function countsOf({ deliveries, nodes, edges }: Totals): string {
  return `${deliveries} deliveries, ${nodes} nodes, ${edges} edges`;
}
