import type { Client } from '@temporalio/client';

/** What became of the deliveries, by the SHA-256 of their bodies, of which each is another. */
export interface Outcome {
  /** How many nodes the graph has of each. */
  readonly inGraph: ReadonlyMap<string, number>;
  /** How many workflows, and how many of all have not completed. */
  readonly workflows: ReadonlyMap<string, number>;
  readonly uncompleted: number;
}

export async function readOutcome(client: Client, ask: AskGraph): Promise<Outcome> {
  const workflows = new Map<string, number>();
  let uncompleted = 0;
  for await (const { memo, status } of client.workflow.list({
    query: 'Provider IS NOT NULL',
    pageSize: 1000,
  })) {
    count(workflows, String(memo?.['body_sha256']));
    if (status.name !== 'COMPLETED') uncompleted += 1;
  }
  const inGraph = new Map<string, number>();
  for (const [sha256] of await ask('MATCH (d:Delivery) RETURN d.body_sha256')) count(inGraph, String(sha256));
  return { inGraph, workflows, uncompleted };
}

/** What is wrong with it, in words; nothing where every one of the bodies is there exactly once. */
export function faultsOf(
  sha256s: readonly string[],
  { inGraph, workflows, uncompleted }: Outcome,
): readonly string[] {
  const wrong = (found: ReadonlyMap<string, number>): number =>
    sha256s.filter((sha256) => found.get(sha256) !== 1).length;
  return [
    [wrong(inGraph), 'acknowledged deliveries are not exactly once in the graph'],
    [wrong(workflows), 'acknowledged deliveries have not exactly one workflow'],
    [inGraph.size - sha256s.length, 'deliveries in the graph that nobody sent'],
    [workflows.size - sha256s.length, 'workflows that nobody asked for'],
    [uncompleted, 'workflows have not completed'],
  ].flatMap(([found, what]) => (found === 0 ? [] : [`${found} ${what}`]));
}

export type AskGraph = (query: string) => Promise<readonly (readonly unknown[])[]>;

/** Asks the graph by an ingress's own route. */
export function graphOf(url: string, adminToken: string): AskGraph {
  return async (query) => {
    const response = await fetch(`${url}/graph`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, max_rows: 10_000 }),
    });
    if (!response.ok) throw new Error(`POST /graph answers ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { rows: unknown[][] }).rows;
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
