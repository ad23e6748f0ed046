import { GraphRejectedError } from '../../errors.ts';
import type { DeliveryChange, GraphStore } from '../store.ts';
import { type OnProgress, progressEvery } from './export.ts';
import { type GraphLine, readLine, Tally, type Totals, wrongLine } from './lines.ts';

export interface Imported extends Totals {
  /** Whether the store had nothing before; then its graph was compared with the file's and is the same. */
  readonly isCopy: boolean;
  /** Deliveries that the store had already, from another run. */
  readonly skipped: number;
}

/** Of deliveries that are applied at once: they share a transaction. */
const groupSize = 200;

/**
 * Applies what an export has to a store, which may have a graph already: the two converge.
 *
 * @throws GraphRejectedError where the file is damaged or cut, or the graph that came of it is another one
 */
export async function importLines(
  store: GraphStore,
  lines: AsyncIterable<string>,
  onProgress: OnProgress,
): Promise<Imported> {
  const isCopy = await isEmpty(store);
  const reader = new Importer(store, onProgress);
  for await (const line of lines) await reader.take(line);
  const totals = await reader.finish();
  if (isCopy) await requireSame(store, totals);
  return { ...totals, isCopy, skipped: reader.skipped };
}

class Importer {
  skipped = 0;
  readonly #store: GraphStore;
  readonly #onProgress: OnProgress;
  readonly #tally = new Tally();
  #waiting: DeliveryChange[] = [];
  #end: Totals | undefined;
  #number = 0;

  constructor(store: GraphStore, onProgress: OnProgress) {
    this.#store = store;
    this.#onProgress = onProgress;
  }

  async take(text: string): Promise<void> {
    this.#number += 1;
    const line = readLine(text, this.#number);
    if ((this.#number === 1) !== (line.kind === 'flow-state-graph'))
      throw wrongLine(this.#number, 'an export begins with its head, and has one');
    if (this.#end !== undefined) throw wrongLine(this.#number, 'nothing comes after the end');
    await this.#use(line);
    if (this.#number % progressEvery === 0) this.#onProgress(this.#tally.totals);
  }

  async finish(): Promise<Totals> {
    await this.#apply();
    const { totals } = this.#tally;
    if (this.#end === undefined) throw wrongLine(this.#number, 'the file ends before its end');
    if (JSON.stringify(totals) !== JSON.stringify(this.#end))
      throw wrongLine(this.#number, 'the file does not have what its end says');
    return totals;
  }

  async #use(line: GraphLine): Promise<void> {
    switch (line.kind) {
      case 'flow-state-graph':
        return await this.#store.migrate(line.model);
      case 'delivery': {
        const { kind: _kind, ...change } = line;
        this.#tally.addDelivery();
        this.#waiting.push(change);
        if (this.#waiting.length === groupSize) await this.#apply();
        return;
      }
      case 'node':
      case 'edge':
        this.#tally.addLine(line);
        return;
      case 'end': {
        const { kind: _kind, ...totals } = line;
        this.#end = totals;
      }
    }
  }

  async #apply(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    const results = await Promise.all(group.map(async (change) => await this.#store.apply(change)));
    this.skipped += results.filter(({ outcome }) => outcome === 'skipped').length;
  }
}

async function isEmpty(store: GraphStore): Promise<boolean> {
  for await (const _delivery of store.deliveries()) return false;
  for await (const _line of store.dump()) return false;
  return true;
}

async function requireSame(store: GraphStore, expected: Totals): Promise<void> {
  const tally = new Tally();
  for await (const line of store.dump()) tally.addLine(line);
  const { nodes, edges, digest } = tally.totals;
  if (digest === expected.digest && nodes === expected.nodes && edges === expected.edges) return;
  throw new GraphRejectedError(
    `The file has ${expected.nodes} nodes and ${expected.edges} edges; its deliveries gave ${nodes} and ${edges}, or others. ` +
      'Something wrote to the graph while it was exported: export it again with the workers stopped.',
  );
}
