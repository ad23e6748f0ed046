import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { reach } from './reach.ts';
import { runsOf } from './visibility.ts';

/** Production servers allow ten visibility requests a second, to everybody together: half of them are ours. */
const defaultPerSecond = 5;
const perMs = 1000;

const pageSize = 1000;
const idsPerQuery = 100;

/** Asks visibility one question at a time, and never more than so many within a second. */
export class VisibilityReader {
  readonly #client: Client;
  readonly #sentAt: number[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  readonly #perSecond: number;
  #requests = 0;

  constructor(client: Client, perSecond = defaultPerSecond) {
    this.#client = client;
    this.#perSecond = perSecond;
  }

  /** How many requests were made. */
  get requests(): number {
    return this.#requests;
  }

  async count(query: string): Promise<number> {
    return await this.#inTurn(async () => (await this.#client.workflow.count(query)).count);
  }

  /** How many runs there are of each status, by Temporal's name of it: `Completed`, `Failed` … */
  async countByStatus(query: string): Promise<ReadonlyMap<string, number>> {
    const { groups } = await this.#inTurn(
      async () => await this.#client.workflow.count(`${query} GROUP BY ExecutionStatus`),
    );
    return new Map(groups.map(({ groupValues, count }) => [String(groupValues[0]), count]));
  }

  async list(query: string): Promise<WorkflowExecutionInfo[]> {
    const found: WorkflowExecutionInfo[] = [];
    for await (const page of this.pages(query, pageSize)) found.push(...page);
    return found;
  }

  /** Those that run first, then the newest close first. */
  async *pages(query: string, size: number): AsyncGenerator<WorkflowExecutionInfo[]> {
    const runs = this.#client.workflow.list({ query, pageSize: size })[Symbol.asyncIterator]();
    for (;;) {
      // The iterator asks the server when a page is used up, which is at the first of the next one.
      const page = await this.#inTurn(async () => await take(runs, size));
      if (page.length > 0) yield page;
      if (page.length < size) return;
    }
  }

  async newest(query: string): Promise<WorkflowExecutionInfo | undefined> {
    for await (const [run] of this.pages(query, 1)) return run;
    return undefined;
  }

  /** All runs of these deliveries. */
  async runsOf(workflowIds: readonly string[]): Promise<WorkflowExecutionInfo[]> {
    const runs: WorkflowExecutionInfo[] = [];
    for (let start = 0; start < workflowIds.length; start += idsPerQuery) {
      runs.push(...(await this.list(runsOf(workflowIds.slice(start, start + idsPerQuery)))));
    }
    return runs;
  }

  async #inTurn<T>(request: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      await this.#pause();
      this.#requests += 1;
      return await reach(this.#client, request);
    });
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async #pause(): Promise<void> {
    const oldest = this.#sentAt.length < this.#perSecond ? undefined : this.#sentAt.shift();
    const waitMs = oldest === undefined ? 0 : oldest + perMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#sentAt.push(performance.now());
  }
}

async function take<T>(items: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = await items.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
