import type { HeldEntry, Known } from './held.ts';

/** Ids that stay known after their entries are gone. */
const mostRemembered = 50_000;

/** Deliveries that the inbox had lately. */
export class RecentDeliveries {
  readonly #byKey = new Map<string, Known>();

  find(key: string): Known | undefined {
    return this.#byKey.get(key);
  }

  remember({ key, deliveryId, bodySha256, workflowId, state }: HeldEntry): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, {
      ...{ key, deliveryId, bodySha256 },
      ...(workflowId === undefined ? {} : { workflowId }),
      ...(state === undefined ? {} : { state }),
    });
    if (this.#byKey.size <= mostRemembered) return;
    const [oldest = ''] = this.#byKey.keys();
    this.#byKey.delete(oldest);
  }
}
