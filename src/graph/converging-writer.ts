import { type Backend, emptyPlan, type StoredDelivery, type Transaction, type WritePlan } from './backend.ts';
import { type EdgeEnding, Fold } from './converge.ts';
import { type NodeRef, nodesOf } from './mutation.ts';
import { GroupCommit } from './group-commit.ts';
import type { GraphModel } from './model.ts';
import { planNode, snapshotOf } from './plan-node.ts';
import { planRebuild } from './rebuild.ts';
import { withReferences } from './references.ts';
import type { ApplyResult, DeliveryChange } from './store.ts';
import { decodeMutations, withdrawnNodes } from './wrote.ts';

/**
 * What makes a converging graph of a backend: which changes are news, how they fold, and in which transaction they go.
 * Everything that is the same for every store is here; the backends only read and write.
 */
export class ConvergingWriter {
  readonly #backend: Backend;
  readonly #model: () => GraphModel;
  readonly #group: GroupCommit<DeliveryChange, ApplyResult>;

  /** @param model asked at each transaction, for a migration extends it */
  constructor(backend: Backend, model: () => GraphModel) {
    this.#backend = backend;
    this.#model = model;
    this.#group = new GroupCommit<DeliveryChange, ApplyResult>({
      keyOf: ({ key }) => key,
      identityOf: ({ key, runId }) => `${runId} ${key}`, // attempts of one run
      senderOf: ({ provider }) => provider,
      commit: async (changes) => await this.#commit(changes),
    });
  }

  async apply(change: DeliveryChange): Promise<ApplyResult> {
    return await this.#group.submit(change);
  }

  async idle(): Promise<void> {
    await this.#group.idle();
  }

  async #commit(changes: readonly DeliveryChange[]): Promise<ApplyResult[]> {
    return await this.#backend.transaction(async (transaction) => {
      const stored = new Map<string, StoredDelivery>();
      for (const one of await transaction.readDeliveries(changes.map(({ key }) => key)))
        stored.set(one.key, one);
      const verdicts = changes.map((change) => ({ change, ...judge(change, stored.get(change.key)) }));
      const news = verdicts.filter(({ verdict }) => verdict === 'new' || verdict === 'again');
      if (news.length > 0) await this.#write(transaction, await planOf(transaction, news));
      for (const { change, before } of verdicts) {
        if (before !== undefined)
          await this.#write(transaction, await planRebuild(transaction, before, change));
      }
      return verdicts.map(({ change, verdict }) => ({
        outcome: verdict === 'forgotten' ? 'skipped' : 'written',
        touched: nodesOf(change.mutations),
      }));
    });
  }

  async #write(transaction: Transaction, plan: WritePlan): Promise<void> {
    await transaction.write(await withReferences(transaction, this.#model(), plan));
  }
}

/**
 * - `new`: never applied.
 * - `written`: an earlier attempt of the same run wrote it.
 * - `again`: a replay that says all that was said before.
 * - `rebuild`: a replay that withdraws something; `before` is what was said.
 * - `forgotten`: applied by an execution that Temporal has forgotten.
 */
type Verdict =
  | { readonly verdict: 'new' | 'written' | 'again' | 'forgotten'; readonly before?: undefined }
  | { readonly verdict: 'rebuild'; readonly before: DeliveryChange };

function judge(change: DeliveryChange, stored: StoredDelivery | undefined): Verdict {
  if (stored === undefined) return { verdict: 'new' };
  if (stored.runId === change.runId) return { verdict: 'written' };
  if (stored.firstRunId !== change.firstRunId) return { verdict: 'forgotten' };
  const before = { ...change, eventTime: stored.eventTime, mutations: decodeMutations(stored.wrote) };
  return withdrawnNodes(before, change).length === 0 ? { verdict: 'again' } : { verdict: 'rebuild', before };
}

interface News {
  readonly change: DeliveryChange;
  readonly verdict: string;
}

async function planOf(transaction: Transaction, news: readonly News[]): Promise<WritePlan> {
  const nodes = nodesOf(news.flatMap(({ change }) => change.mutations));
  const known = await transaction.readStates(nodes);
  const existing = new Map(known.map((state) => [state.ref.key, snapshotOf(state)]));
  const fold = new Fold(new Map(known.map((state) => [state.ref.key, state])));
  for (const { change } of news) fold.add(change);
  return {
    ...emptyPlan,
    deliveries: news.map(({ change, verdict }) => ({ change, isNew: verdict === 'new' })),
    nodes: [...fold.states.values()].flatMap((state) => planNode(state, existing.get(state.ref.key)) ?? []),
    endings: fold.endings.filter((ending) => nodesOfEnding(ending).every(({ key }) => existing.has(key))),
    edges: fold.standing.map((edge) => ({
      edge,
      isNew: !existing.has(edge.from.key) || !existing.has(edge.to.key),
    })),
    untouched: news.filter(({ verdict }) => verdict === 'again').map(({ change }) => change.key),
    touched: news.flatMap(({ change }) =>
      nodesOf(change.mutations).map((node) => ({ delivery: change.key, node })),
    ),
  };
}

/** A node that is new has no edges that could end. */
function nodesOfEnding(ending: EdgeEnding): readonly NodeRef[] {
  return ending.kind === 'edge' ? [ending.from, ending.to] : [ending.node];
}
