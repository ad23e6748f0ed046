/** How fast a measured cost is forgotten while it is not measured again: a slow moment must not decide for ever. */
const forgetting = 0.98;
const weight = 0.5;
/** What a statement for one row takes, until it is measured. */
const firstAloneMs = 1;

interface Cost {
  togetherMs?: number;
  aloneMs: number;
}

/**
 * What statements take for all their rows together and for one alone. Where a statement follows edges, the engine reads
 * whole tables for many rows, and for one finds its node by the key: which is cheaper depends on the size of the graph.
 */
export class StatementCosts {
  readonly #costs = new Map<string, Cost>();

  isCheaperAlone(statement: string, rows: number): boolean {
    const cost = this.#costs.get(statement);
    if (cost?.togetherMs === undefined) return false;
    const isCheaper = rows * cost.aloneMs < cost.togetherMs;
    if (isCheaper) cost.togetherMs *= forgetting;
    return isCheaper;
  }

  tookTogether(statement: string, ms: number): void {
    const cost = this.#costOf(statement);
    cost.togetherMs = cost.togetherMs === undefined ? ms : mix(cost.togetherMs, ms);
  }

  /** @param ms of one row */
  tookAlone(statement: string, ms: number): void {
    const cost = this.#costOf(statement);
    cost.aloneMs = mix(cost.aloneMs, ms);
  }

  #costOf(statement: string): Cost {
    let cost = this.#costs.get(statement);
    if (cost === undefined) {
      cost = { aloneMs: firstAloneMs };
      this.#costs.set(statement, cost);
    }
    return cost;
  }
}

function mix(known: number, seen: number): number {
  return known * (1 - weight) + seen * weight;
}
