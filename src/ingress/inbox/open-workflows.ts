/** So many of one provider may be between their start and their effect while nobody else has something to do … */
const mostAlone = 64;
/** … and so many beside others: fewer keep Temporal and the graph less busy, more stand longer in the others' way. */
const mostBeside = 16;
/** A provider is beside the others for so long after its last start. */
const besideMs = 10_000;
/** Then another is started all the same: one that waits, for an API or a graph that is down, holds up no other. */
const patienceMs = 2000;

/**
 * What was started and has no effect yet, by provider. A flood that is started faster than it is worked off would only
 * queue up where others must pass: in Temporal, in the worker, before the graph. Where nobody tells of effects, because
 * the worker is another process, nothing is held back.
 */
export class OpenWorkflows {
  readonly #byProvider = new Map<string, Map<string, number>>();
  readonly #lastOpened = new Map<string, number>();
  #isTold = false;

  mayOpen(provider: string): boolean {
    if (!this.#isTold) return true;
    const open = this.#of(provider);
    const now = performance.now();
    for (const [workflowId, since] of open) {
      if (since > now - patienceMs) break;
      open.delete(workflowId);
    }
    return open.size < (this.#isAlone(provider, now) ? mostAlone : mostBeside);
  }

  opened(provider: string, workflowId: string): void {
    const now = performance.now();
    this.#of(provider).set(workflowId, now);
    this.#lastOpened.set(provider, now);
  }

  closed(provider: string, workflowId: string): void {
    this.#of(provider).delete(workflowId);
  }

  /** As `closed`, by who works them off. */
  applied(provider: string, workflowId: string): void {
    this.#isTold = true;
    this.closed(provider, workflowId);
  }

  #isAlone(provider: string, now: number): boolean {
    for (const [other, at] of this.#lastOpened) if (other !== provider && at > now - besideMs) return false;
    return true;
  }

  #of(provider: string): Map<string, number> {
    const open = this.#byProvider.get(provider) ?? new Map<string, number>();
    this.#byProvider.set(provider, open);
    return open;
  }
}
