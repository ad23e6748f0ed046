import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Logger } from 'pino';
import { nameOfState } from '../../temporal/states.ts';
import type { HeldEntries, HeldEntry } from './held.ts';
import type { InboxStore } from './store.ts';

export interface ReleaseOptions {
  readonly store: InboxStore;
  readonly held: HeldEntries;
  /** How long an entry stays after its workflow was seen closed. */
  readonly keepMs: number;
  /** All runs of these workflows, within the requests that visibility allows. */
  readonly runsOf: (workflowIds: readonly string[]) => Promise<readonly WorkflowExecutionInfo[]>;
  /** Told of an entry that waits again. */
  readonly onLost: () => void;
  readonly log: Logger;
  readonly intervalMs?: number;
}

interface Watched {
  readonly entry: HeldEntry;
  readonly since: number;
  /** When it is next looked at: for a running one, later each time; for a closed one, when it goes. */
  dueAt: number;
  pauseMs: number;
}

const defaultIntervalMs = 5000;
const longestPauseMs = 60_000;
/** Workflows that are looked up at a time. */
const batchSize = 500;
/** Visibility lags; a workflow that it does not know after this long is not there. */
const unknownMs = 60_000;

/**
 * Lets entries go when their workflow has closed, in whatever way, and stayed closed for the time that a power cut may
 * take back of Temporal's database. Each is asked for about once, hundreds at a time.
 */
export class Release {
  readonly #options: ReleaseOptions;
  readonly #watched = new Map<HeldEntry, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: ReleaseOptions) {
    this.#options = options;
  }

  start(): void {
    const look = (): void => {
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    };
    this.#timer = setInterval(look, this.#options.intervalMs ?? defaultIntervalMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Temporal has it. */
  watch(entry: HeldEntry): void {
    const now = performance.now();
    const { intervalMs = defaultIntervalMs, keepMs } = this.#options;
    const isClosed = entry.state !== undefined;
    this.#watched.set(entry, {
      entry,
      since: now,
      dueAt: now + (isClosed ? keepMs : 0),
      pauseMs: intervalMs,
    });
  }

  async #look(): Promise<void> {
    try {
      await this.#removeClosed();
      await this.#askForOpen();
    } catch (error) {
      this.#options.log.debug({ err: error }, 'the inbox could not ask which workflows have closed');
    }
  }

  async #removeClosed(): Promise<void> {
    const { store, held } = this.#options;
    const gone = this.#due().filter(({ entry }) => entry.state !== undefined);
    await store.remove(gone.map(({ entry }) => entry.sequence));
    for (const { entry } of gone) {
      this.#watched.delete(entry);
      held.remove(entry);
    }
  }

  async #askForOpen(): Promise<void> {
    for (let hasMore = true; hasMore && !this.#isStopped;) {
      const open = this.#due().filter(({ entry }) => entry.state === undefined);
      hasMore = open.length > batchSize;
      const batch = open.slice(0, batchSize);
      const newest = await this.#newestRuns(batch.map(({ entry }) => entry.workflowId ?? entry.key));
      for (const watched of batch) this.#decide(watched, newest.get(watched.entry.workflowId ?? ''));
    }
  }

  async #newestRuns(workflowIds: readonly string[]): Promise<Map<string, WorkflowExecutionInfo>> {
    const newest = new Map<string, WorkflowExecutionInfo>();
    if (workflowIds.length === 0) return newest;
    for (const run of await this.#options.runsOf(workflowIds)) {
      const known = newest.get(run.workflowId);
      if (known === undefined || known.startTime < run.startTime) newest.set(run.workflowId, run);
    }
    return newest;
  }

  #decide(watched: Watched, run: WorkflowExecutionInfo | undefined): void {
    const { held, keepMs, onLost, log } = this.#options;
    const { entry } = watched;
    const now = performance.now();
    if (run === undefined && now - watched.since > unknownMs) {
      log.warn({ workflow_id: entry.workflowId }, 'Temporal has lost a delivery; it is submitted again');
      this.#watched.delete(entry);
      held.lost(entry);
      onLost();
      return;
    }
    const state = run === undefined ? 'running' : nameOfState(run.status.name);
    if (state === 'running') {
      watched.dueAt = now + watched.pauseMs;
      watched.pauseMs = Math.min(longestPauseMs, watched.pauseMs * 2);
      return;
    }
    entry.state = state;
    watched.dueAt = now + keepMs;
  }

  #due(): Watched[] {
    const now = performance.now();
    return [...this.#watched.values()].filter(({ dueAt }) => dueAt <= now);
  }
}
