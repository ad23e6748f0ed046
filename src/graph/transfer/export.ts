import { GraphRejectedError } from '../../errors.ts';
import { extendModel, type GraphModel, mergeModels } from '../model.ts';
import { coreModel } from '../core-model.ts';
import type { DeliveryChange, GraphStore } from '../store.ts';
import { validateMutations } from '../validate.ts';
import { formatVersion, type GraphLine, Tally, type Totals } from './lines.ts';

/** Told how much is done, now and then. */
export type OnProgress = (totals: Totals) => void;

/** Of lines between two words about the progress. */
export const progressEvery = 10_000;

export interface Exported {
  readonly store: GraphStore;
  /** What the store was migrated to. */
  readonly model: GraphModel;
  readonly onProgress: OnProgress;
}

/**
 * Migrates a store to a model and to what it has beside, of providers that are not enabled any more.
 *
 * @returns that model
 */
export async function migrateToAll(store: GraphStore, model: GraphModel): Promise<GraphModel> {
  await store.migrate(model);
  const whole = extendModel(model, await store.declared());
  await store.migrate(whole);
  return whole;
}

/**
 * A graph line by line, read as it is asked for.
 *
 * @throws GraphRejectedError where a delivery speaks of what the model does not have, which could not be read again
 */
export async function* exportLines({ store, model, onProgress }: Exported): AsyncGenerator<string> {
  const whole = mergeModels([coreModel, model]);
  const tally = new Tally();
  let written = 0;
  const line = (content: GraphLine): string => {
    written += 1;
    if (written % progressEvery === 0) onProgress(tally.totals);
    return `${JSON.stringify(content)}\n`;
  };
  yield line({ kind: 'flow-state-graph', version: formatVersion, model: whole });
  for await (const change of store.deliveries()) {
    requireKnown(whole, change);
    tally.addDelivery();
    yield line({ kind: 'delivery', ...change });
  }
  for await (const content of store.dump()) {
    tally.addLine(content);
    yield line(content);
  }
  onProgress(tally.totals);
  yield line({ kind: 'end', ...tally.totals });
}

function requireKnown(model: GraphModel, { key, provider, mutations }: DeliveryChange): void {
  try {
    validateMutations(model, mutations);
  } catch (error) {
    if (!(error instanceof GraphRejectedError)) throw error;
    throw new GraphRejectedError(
      `The delivery ${key} does not fit the graph's model: ${error.message} Enable ${provider}, as it was when it wrote that.`,
      { cause: error },
    );
  }
}
