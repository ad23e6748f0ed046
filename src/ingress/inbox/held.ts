import { conflictId, idempotencyKey } from '../../delivery.ts';
import type { Acceptance, Submission } from '../acceptance.ts';
import { RecentDeliveries } from './recent.ts';
import { Waiting } from './waiting.ts';

/** What is known in memory of an entry on disk. */
export interface HeldEntry {
  readonly sequence: number;
  readonly provider: string;
  /** The workflow id that was asked for; of what turned out to be a conflict, the one it got. */
  key: string;
  deliveryId: string;
  readonly bodySha256: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** The workflow that has the delivery, once Temporal has it; an earlier one of the same delivery, or its conflict. */
  workflowId?: string;
  /** How that workflow ended. */
  state?: Acceptance['state'];
}

/** What a delivery that is known already is compared by. */
export interface Known extends Pick<HeldEntry, 'key' | 'deliveryId' | 'bodySha256' | 'workflowId' | 'state'> {
  /** While it is being written: settles with that. */
  readonly durable?: Promise<void>;
}

/**
 * The entries of the inbox by their ids, and those that are to be submitted: what Temporal does not have yet, in the
 * order of its arrival, and what it should have already, to be made sure of.
 */
export class HeldEntries {
  /** Those that Temporal does not have yet. */
  readonly waiting = new Waiting();
  /** Those that Temporal had once, and those that it refused a while ago. */
  readonly again = new Waiting();
  readonly #byKey = new Map<string, HeldEntry>();
  /** Those that Temporal refused or lost, in whatever queue they are. */
  readonly #missing = new Set<HeldEntry>();
  readonly #recent = new RecentDeliveries();

  get size(): number {
    return this.#byKey.size;
  }

  /** How many Temporal does not have yet. */
  get depth(): number {
    return this.waiting.size + this.#missing.size;
  }

  get oldestWaiting(): HeldEntry | undefined {
    const waiting = this.waiting.oldest;
    const [missing] = this.#missing;
    if (waiting === undefined || missing === undefined) return waiting ?? missing;
    return missing.receivedAt < waiting.receivedAt ? missing : waiting;
  }

  /** @param wasSubmitted whether Temporal had it once */
  add(sequence: number, { delivery }: Submission, wasSubmitted = false): void {
    const entry = {
      sequence,
      provider: delivery.provider,
      key: idempotencyKey(delivery.provider, delivery.id),
      deliveryId: delivery.id,
      bodySha256: delivery.bodySha256,
      receivedAt: Date.parse(delivery.receivedAt),
    };
    this.#byKey.set(entry.key, entry);
    (wasSubmitted ? this.again : this.waiting).add(entry);
  }

  find(key: string): Known | undefined {
    return this.#byKey.get(key) ?? this.#recent.find(key);
  }

  /** Temporal has it. */
  submitted(entry: HeldEntry, { workflowId, deliveryId, state }: Acceptance): void {
    this.#unqueue(entry);
    entry.workflowId = workflowId;
    if (state !== undefined && state !== 'running') entry.state = state;
    if (deliveryId === conflictId(entry.deliveryId, entry.bodySha256))
      this.#rename(entry, workflowId, deliveryId);
  }

  /** It is left alone for a while; others go before it. */
  postpone(entry: HeldEntry): void {
    this.#unqueue(entry);
    this.#missing.add(entry);
  }

  /** Temporal turned out not to have it, or it was postponed: it is submitted, beside those that come in order. */
  resubmit(entry: HeldEntry): void {
    delete entry.workflowId;
    this.#missing.add(entry);
    this.again.add(entry);
  }

  remove(entry: HeldEntry): void {
    if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
    this.#unqueue(entry);
    this.#recent.remember(entry);
  }

  #unqueue(entry: HeldEntry): void {
    this.waiting.delete(entry);
    this.again.delete(entry);
    this.#missing.delete(entry);
  }

  /** Another delivery has the id: what comes again under it is to be compared with that one, and not with this. */
  #rename(entry: HeldEntry, key: string, deliveryId: string): void {
    if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
    entry.key = key;
    entry.deliveryId = deliveryId;
    this.#byKey.set(key, entry);
  }
}
