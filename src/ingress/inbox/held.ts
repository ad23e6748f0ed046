import type { Acceptance, Submission } from '../acceptance.ts';
import { idempotencyKey } from '../../delivery.ts';
import { Waiting } from './waiting.ts';

/** What is known in memory of an entry on disk. */
export interface HeldEntry {
  readonly sequence: number;
  readonly provider: string;
  /** The workflow id that was asked for. */
  readonly key: string;
  readonly deliveryId: string;
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

/** Ids that stay known after their entries are gone. */
const maxRemembered = 50_000;

/** The entries of the inbox by their ids, and those that Temporal does not have yet in the order in which they go. */
export class HeldEntries {
  /** Those that Temporal does not have yet. */
  readonly waiting = new Waiting();
  readonly #byKey = new Map<string, HeldEntry>();
  readonly #remembered = new Map<string, Known>();

  get size(): number {
    return this.#byKey.size;
  }

  add(sequence: number, { delivery }: Submission): HeldEntry {
    const entry = {
      sequence,
      provider: delivery.provider,
      key: idempotencyKey(delivery.provider, delivery.id),
      deliveryId: delivery.id,
      bodySha256: delivery.bodySha256,
      receivedAt: Date.parse(delivery.receivedAt),
    };
    this.#byKey.set(entry.key, entry);
    this.waiting.add(entry);
    return entry;
  }

  find(key: string): Known | undefined {
    return this.#byKey.get(key) ?? this.#remembered.get(key);
  }

  submitted(entry: HeldEntry, workflowId: string): void {
    entry.workflowId = workflowId;
    this.waiting.delete(entry);
  }

  /** Temporal turned out not to have it. */
  lost(entry: HeldEntry): void {
    delete entry.workflowId;
    this.waiting.add(entry);
  }

  remove(entry: HeldEntry): void {
    if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
    this.waiting.delete(entry);
    const { key, deliveryId, bodySha256, workflowId, state } = entry;
    this.#remembered.delete(key);
    this.#remembered.set(key, {
      key,
      deliveryId,
      bodySha256,
      ...(workflowId === undefined ? {} : { workflowId }),
      ...(state === undefined ? {} : { state }),
    });
    if (this.#remembered.size <= maxRemembered) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      return;
    }
  }
}
