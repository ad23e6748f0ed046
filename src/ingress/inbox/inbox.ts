import type { Logger } from 'pino';
import { idempotencyKey } from '../../delivery.ts';
import type { Accept, Submission } from '../acceptance.ts';
import { type AtFaultPoint, noFaults } from '../fault-points.ts';
import { AgeAlarm } from './age-alarm.ts';
import { setAsideIfDamaged } from './damaged-file.ts';
import { Forwarder } from './forwarder.ts';
import { HeldEntries, type Known } from './held.ts';
import { Release, type ReleaseOptions, type ReleaseTiming } from './release.ts';
import { InboxStore, type StoreOptions } from './store.ts';

export interface InboxOptions extends StoreOptions {
  readonly log: Logger;
  readonly at?: AtFaultPoint;
}

export interface ForwardingOptions {
  /** Starts the workflow, or finds the one that has the delivery. */
  readonly submit: Accept;
  readonly runsOf: ReleaseOptions['runsOf'];
  readonly stateOf: ReleaseOptions['stateOf'];
  readonly keepMinutes: number;
  readonly timing?: Partial<ReleaseTiming>;
}

export interface InboxStatus {
  /** Deliveries that Temporal does not have yet. */
  readonly depth: number;
  /** Since the oldest of them was received. */
  readonly oldest_age_seconds: number | null;
  /** Those that an earlier process submitted: Temporal should have them, and is asked again. */
  readonly resubmitting: number;
  /** All that are on disk: those that wait, run, or closed only lately. */
  readonly entries: number;
  readonly bytes: number;
  readonly max_bytes: number;
}

/** While more writes than this wait for the disk, senders come first. */
const manyWrites = 20;

/**
 * Deliveries on disk, from before they are answered until their workflow is done with. What is there when it opens,
 * and everything that is added, is submitted to Temporal once forwarding has begun.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #store: InboxStore;
  readonly #held = new HeldEntries();
  /** What the disk does not have yet. */
  readonly #writing = new Map<string, Known>();
  #parts: readonly { stop(): Promise<void> }[] = [];
  #forwarder: Forwarder | undefined;

  private constructor(store: InboxStore, options: InboxOptions) {
    this.#store = store;
    this.#options = options;
    for (const { sequence, submission } of store.load()) {
      this.#held.add(sequence, submission, sequence < store.mark);
    }
  }

  /** A damaged file is set aside first, and told of. @throws InboxUnavailableError */
  static async open(options: InboxOptions): Promise<Inbox> {
    await setAsideIfDamaged(options.path, options.log);
    return new Inbox(await InboxStore.open(options), options);
  }

  /** Whether Temporal did not answer when it was last asked. */
  get isStalled(): boolean {
    return this.#forwarder?.isStalled ?? false;
  }

  /** Whether answering has enough to do. */
  get isBusy(): boolean {
    return this.#writing.size > manyWrites;
  }

  /** Deliveries that Temporal does not have yet. */
  get depth(): number {
    return this.#held.depth;
  }

  get isFull(): boolean {
    return this.#store.isFull;
  }

  /** @throws InboxUnavailableError where the disk takes nothing */
  async check(): Promise<void> {
    await this.#store.check();
  }

  status(): InboxStatus {
    const oldest = this.#held.oldestWaiting;
    return {
      depth: this.#held.depth,
      oldest_age_seconds:
        oldest === undefined ? null : Math.max(0, Math.round((Date.now() - oldest.receivedAt) / 1000)),
      resubmitting: this.#held.again.size,
      entries: this.#held.size,
      bytes: this.#store.bytes,
      max_bytes: this.#options.maxBytes,
    };
  }

  /** A delivery that is on disk or on its way there, or was there lately. */
  find(provider: string, deliveryId: string): Known | undefined {
    const key = idempotencyKey(provider, deliveryId);
    return this.#writing.get(key) ?? this.#held.find(key);
  }

  /** Resolves when the disk has it. @throws InboxFullError, InboxUnavailableError */
  async add(submission: Submission): Promise<void> {
    const { provider, id: deliveryId, bodySha256 } = submission.delivery;
    const key = idempotencyKey(provider, deliveryId);
    const durable = this.#write(submission);
    this.#writing.set(key, { key, deliveryId, bodySha256, durable });
    try {
      await durable;
    } finally {
      this.#writing.delete(key);
    }
    this.#forwarder?.wake();
    await this.#options.at?.('inbox:durable', key);
  }

  /** A delivery that was started waits for its provider's API: the next of its provider may go. */
  asking(provider: string, workflowId: string): void {
    this.#forwarder?.asking(provider, workflowId);
  }

  /** A delivery that was started has its effect, or has failed. */
  applied(provider: string, workflowId: string): void {
    this.#forwarder?.applied(provider, workflowId);
  }

  /** Begins to submit what waits, and to let go what has closed. */
  startForwarding({ submit, runsOf, stateOf, keepMinutes, timing = {} }: ForwardingOptions): void {
    const { log, at = noFaults } = this.#options;
    const [store, held] = [this.#store, this.#held];
    const forwarder = new Forwarder({
      ...{ store, held, submit, at, log },
      areSendersWaiting: () => this.isBusy,
      onSubmitted: (entry) => release.watch(entry),
    });
    const release = new Release({
      ...{ store, held, runsOf, stateOf, timing, log },
      keepMs: keepMinutes * 60_000,
      onLost: () => forwarder.wake(),
    });
    const alarm = new AgeAlarm(() => this.status(), log);
    this.#forwarder = forwarder;
    this.#parts = [forwarder, release, alarm];
    forwarder.wake();
    release.start();
    alarm.start();
  }

  /** Begins nothing more, and resolves when what was begun has ended. */
  async stopForwarding(): Promise<void> {
    await Promise.all(this.#parts.map(async (part) => await part.stop()));
  }

  /** Flushes and closes the file. */
  async close(): Promise<void> {
    try {
      await this.stopForwarding();
    } finally {
      await this.#store.close();
    }
  }

  async #write(submission: Submission): Promise<void> {
    this.#held.add(await this.#store.append(submission), submission);
  }
}
