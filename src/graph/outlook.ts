import { newNodesOf, type Transaction, type WritePlan } from './backend.ts';
import { type Direction, type EdgeAssertion, isEndedBy, keepNewest } from './converge.ts';
import type { NodeRef } from './mutation.ts';

/** Edges of one type at some nodes: as they are, and as they will be when the plan is written. */
export interface Prospect {
  readonly before: readonly EdgeAssertion[];
  readonly after: readonly EdgeAssertion[];
}

/** What a plan that is not written yet will make of the edges that are there. Nothing is read of nodes that it makes. */
export class Outlook {
  readonly #transaction: Transaction;
  readonly #plan: WritePlan;
  readonly #made: ReadonlySet<string>;
  readonly #cleared: ReadonlySet<string>;

  constructor(transaction: Transaction, plan: WritePlan) {
    this.#transaction = transaction;
    this.#plan = plan;
    this.#made = newNodesOf(plan);
    this.#cleared = new Set(plan.cleared.map(({ key }) => key));
  }

  async edges(type: string, direction: Direction, nodes: readonly NodeRef[]): Promise<Prospect> {
    const known = nodes.filter(({ key }) => !this.#made.has(key));
    const before = known.length === 0 ? [] : await this.#transaction.readEdges(type, direction, known);
    const keys = new Set(nodes.map(({ key }) => key));
    const written = this.#plan.edges.flatMap(({ edge }) =>
      edge.type === type && keys.has(edge[direction === 'out' ? 'from' : 'to'].key) ? [edge] : [],
    );
    const after = new Map<string, EdgeAssertion>();
    for (const edge of [...this.#left(type, before), ...written]) keepNewest(after, edge);
    return { before, after: [...after.values()] };
  }

  /** What neither its end nor a clearing takes away. */
  #left(type: string, edges: readonly EdgeAssertion[]): EdgeAssertion[] {
    const endings = this.#plan.endings.filter((ending) => ending.kind === 'node' || ending.type === type);
    return edges.filter(
      (edge) =>
        !this.#cleared.has(edge.from.key) &&
        !this.#cleared.has(edge.to.key) &&
        !endings.some((ending) => isEndedBy(edge, ending)),
    );
  }
}
