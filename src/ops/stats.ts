import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import {
  completedOf,
  countByStatus,
  deliveriesOf,
  list,
  replayedOf,
  runsOf,
  type Window,
} from '../temporal/visibility.ts';
import { type ClosedRun, type Figures, figuresOf } from './figures.ts';

export interface ProviderStats extends Figures {
  /** When the newest completed delivery was done, ISO 8601; null where there is none. */
  readonly last_processed: string | null;
  readonly running: number;
}

export interface Stats {
  readonly status: 'operational';
  readonly window: string | null;
  /** Seconds since these figures were asked of Temporal. */
  readonly age_seconds: number;
  readonly providers: Readonly<Record<string, ProviderStats>>;
}

interface Computed {
  readonly at: number;
  readonly providers: Readonly<Record<string, ProviderStats>>;
}

/** Figures this young are given again: production servers allow ten visibility requests a second, to everybody. */
const freshMs = 2000;
const minSpacingMs = 200;
const idsPerQuery = 50;
const maxAttempts = 3;

/** The figures of all providers, from Temporal's visibility alone: cached shortly, asked for once at a time, slowly. */
export class StatsReader {
  readonly #client: Client;
  readonly #providers: readonly string[];
  readonly #cache = new Map<string, Computed>();
  #inFlight = new Map<string, Promise<Computed>>();
  #queue: Promise<unknown> = Promise.resolve();
  #lastRequestAt = 0;
  /** How many visibility requests were made; for tests and benchmarks. */
  requests = 0;

  constructor(client: Client, providers: readonly string[]) {
    this.#client = client;
    this.#providers = providers;
  }

  /** @param window such as `24h`, with its length; undefined for all that is retained */
  async read(window?: { readonly text: string; readonly ms: number }): Promise<Stats> {
    const key = window?.text ?? '';
    const cached = this.#cache.get(key);
    const computed =
      cached !== undefined && Date.now() - cached.at < freshMs ? cached : await this.#shared(key, window?.ms);
    return {
      status: 'operational',
      window: window?.text ?? null,
      age_seconds: Math.round((Date.now() - computed.at) / 100) / 10,
      providers: computed.providers,
    };
  }

  async #shared(key: string, ms: number | undefined): Promise<Computed> {
    const running = this.#inFlight.get(key);
    if (running !== undefined) return await running;
    const computing = this.#compute(ms).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, computing);
    const computed = await computing;
    this.#cache.set(key, computed);
    return computed;
  }

  async #compute(ms: number | undefined): Promise<Computed> {
    const at = Date.now();
    const window = ms === undefined ? {} : { from: at - ms };
    const providers: Record<string, ProviderStats> = {};
    for (const name of this.#providers) providers[name] = await this.#statsOf(name, window);
    return { at, providers };
  }

  async #statsOf(provider: string, window: Window): Promise<ProviderStats> {
    const query = deliveriesOf(provider, window);
    let before = await this.#count(query);
    for (let attempt = 1; ; attempt += 1) {
      const runs = await this.#runsOfReplayed(provider, window);
      const after = await this.#count(query);
      if (sameCounts(before, after) || attempt === maxAttempts) {
        return {
          ...figuresOf(after, runs),
          last_processed: await this.#lastProcessed(provider, window),
          running: after.get('Running') ?? 0,
        };
      }
      before = after;
    }
  }

  /** All closed runs of the deliveries that may have more than one. */
  async #runsOfReplayed(provider: string, window: Window): Promise<ClosedRun[]> {
    const replayed = await this.#list(replayedOf(provider, window));
    const ids = [...new Set(replayed.map(({ workflowId }) => workflowId))];
    const runs: WorkflowExecutionInfo[] = [];
    for (let start = 0; start < ids.length; start += idsPerQuery) {
      runs.push(...(await this.#list(runsOf(ids.slice(start, start + idsPerQuery)))));
    }
    return runs.filter(({ status }) => status.name !== 'RUNNING').map(asClosedRun);
  }

  async #lastProcessed(provider: string, window: Window): Promise<string | null> {
    const [newest] = await this.#list(completedOf(provider, window), 1);
    return newest?.closeTime?.toISOString() ?? null;
  }

  async #count(query: string): Promise<ReadonlyMap<string, number>> {
    return await this.#paced(async () => await countByStatus(this.#client, query));
  }

  async #list(query: string, limit?: number): Promise<WorkflowExecutionInfo[]> {
    return await this.#paced(async () => await list(this.#client, query, limit));
  }

  /** One at a time, five a second. */
  async #paced<T>(request: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      const wait = this.#lastRequestAt + minSpacingMs - Date.now();
      if (wait > 0 && this.requests >= burst) await new Promise((resolve) => setTimeout(resolve, wait));
      this.#lastRequestAt = Date.now();
      this.requests += 1;
      return await request();
    });
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }
}

/** The first answers after a start need not wait. */
const burst = 10;

function sameCounts(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([name, count]) => b.get(name) === count);
}

function asClosedRun({ workflowId, status, startTime }: WorkflowExecutionInfo): ClosedRun {
  return { workflowId, isCompleted: status.name === 'COMPLETED', startedAt: startTime.getTime() };
}
