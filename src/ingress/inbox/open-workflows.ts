import { availableParallelism } from 'node:os';

/** So many of one provider may be between their start and their effect while nobody else has something to do … */
const mostAlone = 128;
/** … so many beside one of whom none waits for its turn: what is under way meets them all the way, for a core each … */
const mostBesideQuiet = Math.max(2, availableParallelism());
/** … and so many beside others who flood as well: fewer keep Temporal and the graph less busy. */
const mostBesideBusy = Math.max(6, mostBesideQuiet);
/** A provider is beside the others for so long after its last start. */
const besideMs = 10_000;
/** A provider that had to wait for its turn is busy for so long after that. */
const busyMs = 1000;
/**
 * After this long without its effect another is started all the same, or after so many times what it takes as a rule: one
 * that waits, for an API or a graph that is down, holds up no other, and a slow machine is not given ever more to do.
 */
const patienceMs = 2000;
const patienceRatio = 4;
const mostPatienceMs = 15_000;
/** What has no effect after this long is forgotten. */
const longestMs = 60_000;
/** An effect that took longer halves how many may be open: the first attempt has five seconds, and a second costs double. */
const slowMs = 2500;
const fewest = 16;
/** Of what an effect takes as a rule, how much the last one says. */
const weight = 0.1;

interface Line {
  /** By workflow id, since when; the oldest first. */
  readonly open: Map<string, number>;
  /** Those that are waited for no longer. */
  readonly late: Map<string, number>;
  most: number;
  usualMs: number;
  slowedAt: number;
  lastOpenedAt: number;
  /** When one of it had to wait for another's effect. */
  heldAt: number;
}

/**
 * What was started and has no effect yet, by provider. A flood that is started faster than it is worked off would only
 * queue up where others must pass: in Temporal, in the worker, before the graph. Where nobody tells of effects, because
 * the worker is another process, nothing is held back.
 */
export class OpenWorkflows {
  readonly #lines = new Map<string, Line>();
  readonly #now: () => number;
  #isTold = false;

  /** @param now milliseconds of a clock that does not go back */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  mayOpen(provider: string): boolean {
    const line = this.#of(provider);
    const now = this.#now();
    this.#setAside(line, now); // also what nobody tells of is forgotten some time
    if (!this.#isTold) return true;
    const may = line.open.size < Math.min(line.most, this.#mostBeside(provider, now));
    if (!may) line.heldAt = now;
    return may;
  }

  opened(provider: string, workflowId: string): void {
    const line = this.#of(provider);
    line.lastOpenedAt = this.#now();
    line.open.set(workflowId, line.lastOpenedAt);
  }

  /** It is not counted any longer, whatever becomes of it. */
  closed(provider: string, workflowId: string): void {
    const line = this.#of(provider);
    line.open.delete(workflowId);
    line.late.delete(workflowId);
  }

  /** As `closed`, by who works them off. */
  applied(provider: string, workflowId: string): void {
    this.#isTold = true;
    const line = this.#of(provider);
    const since = line.open.get(workflowId) ?? line.late.get(workflowId);
    this.closed(provider, workflowId);
    if (since !== undefined) this.#learn(line, since);
  }

  #learn(line: Line, since: number): void {
    const now = this.#now();
    const tookMs = now - since;
    line.usualMs += (tookMs - line.usualMs) * weight;
    if (tookMs <= slowMs) {
      line.most = Math.min(mostAlone, line.most + 1 / line.most);
    } else if (since > line.slowedAt) {
      // Once for all that were open together.
      line.slowedAt = now;
      line.most = Math.max(fewest, line.most / 2);
    }
  }

  #setAside({ open, late, usualMs }: Line, now: number): void {
    const latest = now - Math.min(Math.max(patienceMs, usualMs * patienceRatio), mostPatienceMs);
    for (const [workflowId, since] of open) {
      if (since > latest) break;
      open.delete(workflowId);
      late.set(workflowId, since);
    }
    for (const [workflowId, since] of late) {
      if (since > now - longestMs) break;
      late.delete(workflowId);
    }
  }

  #mostBeside(provider: string, now: number): number {
    let most = mostAlone;
    for (const [other, { lastOpenedAt, heldAt }] of this.#lines) {
      if (other === provider || lastOpenedAt <= now - besideMs) continue;
      if (heldAt <= now - busyMs) return mostBesideQuiet;
      most = mostBesideBusy;
    }
    return most;
  }

  #of(provider: string): Line {
    const line = this.#lines.get(provider) ?? {
      ...{ open: new Map<string, number>(), late: new Map<string, number>() },
      ...{ most: mostAlone, usualMs: 0, slowedAt: -Infinity, heldAt: -Infinity, lastOpenedAt: -Infinity },
    };
    this.#lines.set(provider, line);
    return line;
  }
}
