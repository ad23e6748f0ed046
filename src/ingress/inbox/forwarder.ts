import type { Logger } from 'pino';
import { InboxDamagedError, TemporalUnavailableError } from '../../errors.ts';
import { isServerWide } from '../../temporal/reach.ts';
import type { Accept } from '../acceptance.ts';
import type { AtFaultPoint } from '../fault-points.ts';
import { atMost } from '../../lifecycle/at-most.ts';
import type { HeldEntries, HeldEntry } from './held.ts';
import { OpenWorkflows } from './open-workflows.ts';
import { Pace } from './pace.ts';
import type { InboxStore } from './store.ts';

export interface ForwarderOptions {
  readonly store: InboxStore;
  readonly held: HeldEntries;
  /** Starts the workflow, or finds the one that has the delivery. */
  readonly submit: Accept;
  /** Answering goes before processing: while it is true, little is forwarded. */
  readonly areSendersWaiting: () => boolean;
  /** Told of each that Temporal has. */
  readonly onSubmitted: (entry: HeldEntry) => void;
  readonly at: AtFaultPoint;
  readonly log: Logger;
}

/** A delivery that Temporal refuses, and not for being away, is left alone for so long; those after it go on. */
const postponedMs = 60_000;
/** Of so many one is of those that Temporal had already, so that they get their turn beside what comes in. */
const turnOfAgain = 4;
/** A stop does not wait longer for Temporal: what it does not answer is submitted again after the next start. */
const stopMs = 3000;

/** How often it is looked whether what holds its provider up has been waited for long enough. */
const lookAgainMs = 500;

/** Submits what waits to Temporal: the providers take turns, each in the order of its arrival. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #pace = new Pace();
  readonly #open = new OpenWorkflows();
  readonly #underway = new Map<HeldEntry, Promise<void>>();
  /** Until when; the longest ones first. */
  readonly #postponed = new Map<HeldEntry, number>();
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #wakeAt = 0;
  #isStopped = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  get isStalled(): boolean {
    return this.#pace.isStalled;
  }

  /** Something waits, or may go on. */
  wake(): void {
    if (this.#isStopped) return;
    const pauseMs = this.#pace.pauseMs;
    if (pauseMs > 0) {
      this.#wakeIn(pauseMs);
      return;
    }
    this.#resumePostponed();
    const { waiting, again } = this.#options.held;
    const atOnce = this.#pace.atOnce(this.#options.areSendersWaiting());
    while (this.#underway.size < atOnce) {
      const entry = this.#next();
      if (entry === undefined) {
        if (waiting.size + again.size > 0) this.#wakeIn(lookAgainMs);
        return;
      }
      this.#open.opened(entry.provider, entry.key);
      this.#underway.set(entry, this.#forward(entry));
    }
  }

  /** A delivery waits for an API: the next of its provider may go. */
  asking(provider: string, workflowId: string): void {
    this.#open.closed(provider, workflowId);
    this.wake();
  }

  /** A delivery has its effect, or has failed: the next of its provider may go. */
  applied(provider: string, workflowId: string): void {
    this.#open.applied(provider, workflowId);
    this.wake();
  }

  /** Begins nothing more, and resolves when what was begun has ended or Temporal keeps it waiting. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await atMost(stopMs, Promise.all(this.#underway.values()));
  }

  #next(): HeldEntry | undefined {
    const { waiting, again } = this.#options.held;
    const mayGo = (entry: HeldEntry): boolean => !this.#underway.has(entry);
    const mayServe = (provider: string): boolean => this.#open.mayOpen(provider);
    this.#turn = (this.#turn + 1) % turnOfAgain;
    return this.#turn === 0
      ? (again.next(mayGo, mayServe) ?? waiting.next(mayGo, mayServe))
      : (waiting.next(mayGo, mayServe) ?? again.next(mayGo, mayServe));
  }

  #resumePostponed(): void {
    const now = performance.now();
    for (const [entry, until] of this.#postponed) {
      if (until > now) {
        this.#wakeIn(until - now);
        return;
      }
      this.#postponed.delete(entry);
      this.#options.held.resubmit(entry);
    }
  }

  async #forward(entry: HeldEntry): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#submit(entry);
      if (this.isStalled) this.#options.log.info('Temporal takes deliveries again');
      this.#pace.succeeded(startedAt);
    } catch (error) {
      this.#failed(entry, error, startedAt);
    } finally {
      this.#underway.delete(entry);
      this.wake();
    }
  }

  async #submit(entry: HeldEntry): Promise<void> {
    const { store, held, submit, at, onSubmitted } = this.#options;
    await at('inbox:forwarding', entry.key);
    const submission = store.read(entry.sequence);
    if (submission === undefined) throw new InboxDamagedError(`The inbox has lost its entry ${entry.key}.`);
    const acceptance = await submit(submission);
    await at('inbox:forwarded', entry.key);
    // Of a duplicate nobody tells the effect, and of a conflict under its own id.
    if (acceptance.status === 'duplicate' || acceptance.workflowId !== entry.key)
      this.#open.closed(entry.provider, entry.key);
    held.submitted(entry, acceptance);
    onSubmitted(entry);
  }

  #failed(entry: HeldEntry, error: unknown, startedAt: number): void {
    this.#open.closed(entry.provider, entry.key);
    const { log, held } = this.#options;
    const about = { workflow_id: entry.key, err: error };
    const isOutage = error instanceof TemporalUnavailableError;
    if (isOutage && isServerWide(error)) {
      if (!this.isStalled) log.warn(about, 'Temporal does not take deliveries; the inbox keeps them');
    } else {
      log.error(about, 'a delivery of the inbox cannot be submitted; it is kept and tried again');
      held.postpone(entry);
      this.#postponed.set(entry, performance.now() + postponedMs);
    }
    if (isOutage) this.#pace.failed(startedAt);
  }

  #wakeIn(ms: number): void {
    const wakeAt = performance.now() + ms;
    if (this.#timer !== undefined && this.#wakeAt <= wakeAt) return;
    clearTimeout(this.#timer);
    this.#wakeAt = wakeAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.wake();
    }, Math.ceil(ms));
  }
}
