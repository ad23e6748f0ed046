import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Logger } from 'pino';
import { type ExecutionState, nameOfState } from '../../temporal/states.ts';
import { atMost } from '../../lifecycle/at-most.ts';
import type { HeldEntries, HeldEntry } from './held.ts';
import { NotClosed } from './not-closed.ts';
import type { InboxStore } from './store.ts';

export interface ReleaseOptions {
  readonly store: InboxStore;
  readonly held: HeldEntries;
  /** How long an entry stays after its workflow was seen closed. */
  readonly keepMs: number;
  /** All runs of these workflows, within the requests that visibility allows. */
  readonly runsOf: (workflowIds: readonly string[]) => Promise<readonly WorkflowExecutionInfo[]>;
  /** How one of them stands, by a read that lags behind nothing; undefined where Temporal does not have it. */
  readonly stateOf: (workflowId: string) => Promise<ExecutionState | undefined>;
  /** Told of an entry that waits again. */
  readonly onLost: () => void;
  readonly log: Logger;
  readonly timing?: Partial<ReleaseTiming>;
}

export interface ReleaseTiming {
  /** How often it is asked which workflows have closed. */
  readonly intervalMs: number;
  /** Visibility lags; a workflow that it does not show after this long is asked for by itself. */
  readonly unknownMs: number;
  /** Where there is little room, so long is enough: a power cut takes back seconds, and what is refused may be lost. */
  readonly crowdedKeepMs: number;
}

const defaultTiming: ReleaseTiming = { intervalMs: 5000, unknownMs: 60_000, crowdedKeepMs: 60_000 };

/** Workflows that are looked up at a time, and how often in a row: stats and people ask visibility too. */
const batchSize = 500;
const mostBatches = 4;
/** Of those that visibility does not show, so many are asked for in a row, and so many side by side. */
const mostUnseen = 250;
const unseenAtOnce = 5;
const mostRemovedAtOnce = 2000;
/** A stop does not wait longer for an answer of Temporal. */
const stopMs = 3000;

/**
 * Lets entries go when their workflow has closed, in whatever way, and stayed closed for the time that a power cut may
 * take back of Temporal's database. Each is asked for about once, hundreds at a time. What visibility does not show for
 * long is asked for by itself, before it is taken for lost: under load visibility may lag by minutes.
 */
export class Release {
  readonly #options: ReleaseOptions;
  readonly #timing: ReleaseTiming;
  readonly #notClosed: NotClosed;
  /** Since when they are known to have closed, the oldest first. */
  readonly #closed = new Map<HeldEntry, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: ReleaseOptions) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#notClosed = new NotClosed(this.#timing.intervalMs);
  }

  start(): void {
    const look = (): void => {
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    };
    this.#timer = setInterval(look, this.#timing.intervalMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await atMost(stopMs, this.#looking);
    try {
      await this.#mark();
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'the inbox could not note how far Temporal is; it asks again for more',
      );
    }
  }

  /** Temporal has it. */
  watch(entry: HeldEntry): void {
    if (entry.state === undefined) this.#notClosed.add(entry);
    else this.#closed.set(entry, performance.now());
  }

  async #look(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#removeClosed();
      await this.#mark();
    } catch (error) {
      log.warn({ err: error }, 'the inbox could not let go of what is done with; it tries again');
    }
    try {
      await this.#askForOpen();
    } catch (error) {
      log.debug({ err: error }, 'the inbox could not ask which workflows have closed');
    }
  }

  /** The next start submits what Temporal had already beside what comes in, and not before it. */
  async #mark(): Promise<void> {
    const { store, held } = this.#options;
    await store.markBefore(held.waiting.oldest?.sequence ?? store.next);
  }

  async #removeClosed(): Promise<void> {
    for (let gone = this.#nextGone(); gone.length > 0; gone = this.#nextGone()) {
      await this.#options.store.remove(gone.map(({ sequence }) => sequence));
      for (const entry of gone) {
        this.#closed.delete(entry);
        this.#options.held.remove(entry);
      }
    }
  }

  #nextGone(): HeldEntry[] {
    const { store, keepMs } = this.#options;
    const kept = store.isCrowded ? Math.min(keepMs, this.#timing.crowdedKeepMs) : keepMs;
    const latest = performance.now() - kept;
    const gone: HeldEntry[] = [];
    for (const [entry, closedAt] of this.#closed) {
      if (closedAt > latest || gone.length === mostRemovedAtOnce) break;
      gone.push(entry);
    }
    return gone;
  }

  async #askForOpen(): Promise<void> {
    const due = this.#notClosed.due(batchSize * mostBatches);
    const unseen: HeldEntry[] = [];
    for (let start = 0; start < due.length && !this.#isStopped; start += batchSize) {
      const batch = due.slice(start, start + batchSize);
      const newest = await this.#newestRuns(batch.map(workflowIdOf));
      for (const entry of batch) {
        const run = newest.get(workflowIdOf(entry));
        if (run !== undefined) this.#decide(entry, nameOfState(run.status.name));
        else if (this.#notClosed.postpone(entry) > this.#timing.unknownMs) unseen.push(entry);
      }
    }
    await this.#askForUnseen(unseen.slice(0, mostUnseen));
  }

  async #askForUnseen(unseen: readonly HeldEntry[]): Promise<void> {
    const { stateOf } = this.#options;
    for (let start = 0; start < unseen.length && !this.#isStopped; start += unseenAtOnce) {
      await Promise.all(
        unseen.slice(start, start + unseenAtOnce).map(async (entry) => {
          this.#decide(entry, await stateOf(workflowIdOf(entry)));
        }),
      );
    }
  }

  async #newestRuns(workflowIds: readonly string[]): Promise<Map<string, WorkflowExecutionInfo>> {
    const newest = new Map<string, WorkflowExecutionInfo>();
    for (const run of await this.#options.runsOf(workflowIds)) {
      const known = newest.get(run.workflowId);
      if (known === undefined || known.startTime < run.startTime) newest.set(run.workflowId, run);
    }
    return newest;
  }

  /** @param state undefined where Temporal does not have it */
  #decide(entry: HeldEntry, state: ExecutionState | undefined): void {
    if (state === 'running') {
      this.#notClosed.postpone(entry);
      return;
    }
    this.#notClosed.delete(entry);
    if (state === undefined) {
      this.#lost(entry);
    } else {
      entry.state = state;
      this.#closed.set(entry, performance.now());
    }
  }

  #lost(entry: HeldEntry): void {
    const { held, onLost, log } = this.#options;
    log.warn({ workflow_id: entry.workflowId }, 'Temporal has lost a delivery; it is submitted again');
    held.resubmit(entry);
    onLost();
  }
}

function workflowIdOf({ workflowId, key }: HeldEntry): string {
  return workflowId ?? key;
}
