import type { Logger } from 'pino';
import { InboxDamagedError, TemporalUnavailableError } from '../../errors.ts';
import { grpcCodeOf } from '../../temporal/reach.ts';
import type { Accept } from '../acceptance.ts';
import type { AtFaultPoint } from '../fault-points.ts';
import type { HeldEntries, HeldEntry } from './held.ts';
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

/** What Temporal refuses, and not for being away, is tried again after this. */
const refusedPauseMs = 60_000;
/** gRPC's code of what will never be taken as it is. */
const invalidArgument = 3;

/** Submits what waits to Temporal: the providers take turns, each in the order of its arrival. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #pace = new Pace();
  readonly #underway = new Map<HeldEntry, Promise<void>>();
  /** Entries that Temporal refused, and until when they are left alone. */
  readonly #refused = new Map<HeldEntry, number>();
  #timer: NodeJS.Timeout | undefined;
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
    const atOnce = this.#pace.atOnce(this.#options.areSendersWaiting());
    while (this.#underway.size < atOnce) {
      const entry = this.#next();
      if (entry === undefined) return;
      this.#underway.set(entry, this.#forward(entry));
    }
  }

  /** Begins nothing more, and resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#underway.values());
  }

  #next(): HeldEntry | undefined {
    return this.#options.held.waiting.next((entry) => {
      if (this.#underway.has(entry)) return false;
      const until = this.#refused.get(entry) ?? 0;
      if (until <= performance.now()) return true;
      this.#wakeIn(until - performance.now());
      return false;
    });
  }

  async #forward(entry: HeldEntry): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#submit(entry);
      this.#refused.delete(entry);
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
    const { workflowId, state } = await submit(submission);
    await at('inbox:forwarded', entry.key);
    if (state !== undefined && state !== 'running') entry.state = state;
    held.submitted(entry, workflowId);
    onSubmitted(entry);
  }

  #failed(entry: HeldEntry, error: unknown, startedAt: number): void {
    const { log } = this.#options;
    const about = { workflow_id: entry.key, err: error };
    if (error instanceof TemporalUnavailableError && grpcCodeOf(error) !== invalidArgument) {
      if (!this.#pace.isStalled) log.warn(about, 'Temporal does not take deliveries; the inbox keeps them');
      this.#pace.failed(startedAt);
      return;
    }
    log.error(about, 'a delivery of the inbox cannot be submitted; it is kept and tried again');
    this.#refused.set(entry, performance.now() + refusedPauseMs);
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.ceil(ms));
  }
}
