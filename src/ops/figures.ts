/** One closed run of a delivery, as the figures need it. */
export interface ClosedRun {
  readonly workflowId: string;
  readonly isCompleted: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface Figures {
  readonly events_processed: number;
  readonly events_failed: number;
  readonly success_rate: number | null;
}

/**
 * Deliveries by the outcome of their newest closed run, out of the counts of all runs. Every run counts once in
 * `counts`; of a delivery with more than one closed run all but the newest are taken back. The runs of all deliveries
 * that may have several are given.
 */
export function figuresOf(counts: ReadonlyMap<string, number>, runs: readonly ClosedRun[]): Figures {
  let processed = counts.get('Completed') ?? 0;
  let failed = ['Failed', 'TimedOut', 'Terminated', 'Canceled'].reduce(
    (sum, name) => sum + (counts.get(name) ?? 0),
    0,
  );
  for (const chain of byDelivery(runs).values()) {
    const newest = chain.reduce((a, b) => (b.startedAt > a.startedAt ? b : a));
    const completed = chain.filter(({ isCompleted }) => isCompleted).length;
    processed -= completed - (newest.isCompleted ? 1 : 0);
    failed -= chain.length - completed - (newest.isCompleted ? 0 : 1);
  }
  const total = processed + failed;
  return {
    events_processed: processed,
    events_failed: failed,
    success_rate: total === 0 ? null : Math.round((processed / total) * 1000) / 1000,
  };
}

function byDelivery(runs: readonly ClosedRun[]): Map<string, [ClosedRun, ...ClosedRun[]]> {
  const chains = new Map<string, [ClosedRun, ...ClosedRun[]]>();
  for (const run of runs) {
    const chain = chains.get(run.workflowId);
    if (chain === undefined) chains.set(run.workflowId, [run]);
    else chain.push(run);
  }
  return chains;
}
