import type { WorkflowExecutionInfo } from '@temporalio/client';
import { StatsBusyError } from '../errors.ts';
import * as attributes from '../temporal/search-attributes.ts';
import { completedOf, conflictsOf, deliveriesOf, replayedOf, type Window } from '../temporal/visibility.ts';
import type { VisibilityReader } from '../temporal/visibility-reader.ts';
import { type ClosedRun, type Figures, figuresOf } from './figures.ts';

export interface ProviderStats extends Figures {
  /** When the newest completed run closed, ISO 8601; null where there is none. */
  readonly last_processed: string | null;
  readonly running: number;
  /** Deliveries under the id of another one with another body. */
  readonly conflicts: number;
}

export interface Stats {
  readonly status: 'operational';
  readonly window: string | null;
  /** Seconds since these figures began to be asked of Temporal. */
  readonly age_seconds: number;
  readonly providers: Readonly<Record<string, ProviderStats>>;
}

/** Such as `24h`, with its length. */
export interface NamedSpan {
  readonly text: string;
  readonly ms: number;
}

interface Computed {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly providers: Readonly<Record<string, ProviderStats>>;
}

/** Figures this young are given again. */
const freshMs = 2000;
/** Anybody may ask for any window, and each costs requests: so many different ones are computed at a time. */
const maxWindows = 8;
const maxAttempts = 3;

/** The figures of all providers, from Temporal's visibility alone: kept shortly, and asked for once at a time. */
export class StatsReader {
  readonly #visibility: VisibilityReader;
  readonly #providers: readonly string[];
  readonly #kept = new Map<number, Computed>();
  readonly #inFlight = new Map<number, Promise<Computed>>();

  constructor(visibility: VisibilityReader, providers: readonly string[]) {
    this.#visibility = visibility;
    this.#providers = providers;
  }

  /**
   * Of what was received in the window, or of all that is retained.
   *
   * @throws TemporalUnavailableError, and StatsBusyError while too many other windows are being computed
   */
  async read(window?: NamedSpan): Promise<Stats> {
    const { beganAt, providers } = await this.#shared(window?.ms ?? Infinity);
    return {
      status: 'operational',
      window: window?.text ?? null,
      age_seconds: Math.round((Date.now() - beganAt) / 100) / 10,
      providers,
    };
  }

  async #shared(ms: number): Promise<Computed> {
    this.#forgetStale();
    const known = this.#kept.get(ms) ?? this.#inFlight.get(ms);
    if (known !== undefined) return await known;
    if (this.#inFlight.size >= maxWindows) {
      throw new StatsBusyError(`Stats of ${maxWindows} other windows are being computed; ask again later.`);
    }
    const computing = this.#compute(ms);
    this.#inFlight.set(ms, computing);
    try {
      const computed = await computing;
      this.#kept.set(ms, computed);
      return computed;
    } finally {
      this.#inFlight.delete(ms);
    }
  }

  #forgetStale(): void {
    for (const [ms, { endedAt }] of this.#kept) if (Date.now() - endedAt >= freshMs) this.#kept.delete(ms);
  }

  async #compute(ms: number): Promise<Computed> {
    const beganAt = Date.now();
    const window = ms === Infinity ? {} : { from: beganAt - ms };
    const { counts, chains } = await this.#countAll(window);
    const conflicts = await this.#conflicts(window);
    const providers: Record<string, ProviderStats> = {};
    for (const [name, count] of counts) {
      const hasCompleted = (count.get('Completed') ?? 0) > 0;
      providers[name] = {
        ...figuresOf(count, chains.get(name) ?? []),
        last_processed: hasCompleted ? await this.#lastProcessed(name, window) : null,
        running: count.get('Running') ?? 0,
        conflicts: conflicts.get(name)?.size ?? 0,
      };
    }
    return { beganAt, endedAt: Date.now(), providers };
  }

  /**
   * The counts of each provider, and the closed runs of all deliveries that may have more than one. The two belong
   * together where no replayed run closed between them, which holds where their number did not move. (The total of all
   * runs would do too, but it never rests while deliveries come in.)
   */
  async #countAll(window: Window) {
    if (this.#providers.length === 0)
      return { counts: new Map<string, never>(), chains: new Map<string, never>() };
    const replayedQuery = replayedOf(this.#providers, window);
    for (let attempt = 1; ; attempt += 1) {
      const replayed = await this.#visibility.list(replayedQuery);
      const chains = await this.#chainsOf(replayed);
      const counts = new Map<string, ReadonlyMap<string, number>>();
      for (const name of this.#providers) {
        counts.set(name, await this.#visibility.countByStatus(deliveriesOf(name, window)));
      }
      const isUnmoved = (await this.#visibility.count(replayedQuery)) === replayed.length;
      if (isUnmoved || attempt === maxAttempts) return { counts, chains };
    }
  }

  async #chainsOf(replayed: readonly WorkflowExecutionInfo[]): Promise<Map<string, ClosedRun[]>> {
    const ids = [...new Set(replayed.map(({ workflowId }) => workflowId))];
    const chains = new Map<string, ClosedRun[]>();
    for (const run of await this.#visibility.runsOf(ids)) {
      if (run.status.name === 'RUNNING') continue;
      const provider = run.typedSearchAttributes.get(attributes.provider) ?? '';
      const chain = chains.get(provider) ?? [];
      chains.set(provider, chain);
      chain.push(asClosedRun(run));
    }
    return chains;
  }

  /** The workflow ids of each provider's conflicts. */
  async #conflicts(window: Window): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = new Map<string, Set<string>>();
    if (this.#providers.length === 0) return found;
    for (const run of await this.#visibility.list(conflictsOf(this.#providers, window))) {
      const provider = run.typedSearchAttributes.get(attributes.provider) ?? '';
      found.set(provider, (found.get(provider) ?? new Set()).add(run.workflowId));
    }
    return found;
  }

  async #lastProcessed(provider: string, window: Window): Promise<string | null> {
    const newest = await this.#visibility.newest(completedOf(provider, window));
    return newest?.closeTime?.toISOString() ?? null;
  }
}

function asClosedRun({ workflowId, status, startTime }: WorkflowExecutionInfo): ClosedRun {
  return { workflowId, isCompleted: status.name === 'COMPLETED', startedAt: startTime.getTime() };
}
