import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Load, Place, Started } from './contestants/contestant.ts';
import type { LoadResult } from './load/result.ts';
import { type Usage, usageOf, usageOfFamily, usedBetween } from './usage.ts';

export interface Step extends LoadResult {
  readonly contestant: string;
  readonly connections: number;
  readonly count: number;
  readonly answersPerSecond: number;
  /** From the first request to the end of the last event. */
  readonly eventsPerSecond: number;
  /**
   * Accepted, and not in the graph; for the ceiling, not completed. NaN where some were refused: a start that was not
   * answered in time may have its effect all the same, so that the difference of the two says nothing.
   */
  readonly lost: number;
  /** By process, from the first request to the end of the last event. */
  readonly used: Readonly<Record<string, Usage>>;
}

/** Without a further event for so long, the rest counts as lost. */
const patienceMs = 60_000;
const pollMs = 500;

export interface Course {
  /** Connections and events of each step. */
  readonly steps: readonly Omit<Load, 'offset'>[];
  readonly onStep: (step: Step) => void;
}

/** Starts a contestant, warms it up, and measures it step by step. */
export async function measure(
  contestant: Contestant,
  place: Place,
  { steps, onStep }: Course,
): Promise<Step[]> {
  const started = await contestant.start(place);
  const measured: Step[] = [];
  try {
    let offset = 20;
    await run(started, { connections: 4, count: offset, offset: 0 }, 0);
    for (const { connections, count } of steps) {
      const step = await measureStep(contestant.name, started, { connections, count, offset });
      offset += count;
      measured.push(step);
      onStep(step);
    }
  } finally {
    await started.stop();
  }
  return measured;
}

async function measureStep(contestant: string, started: Started, load: Load): Promise<Step> {
  const before = await usages(started);
  const { result, progress } = await run(started, load, load.offset);
  const after = await usages(started);
  const done = progress.processed - load.offset;
  const kept = (await started.deliveries()) ?? progress.processed;
  return {
    ...{ ...result, contestant, connections: load.connections, count: load.count },
    answersPerSecond: (result.accepted / result.milliseconds) * 1000,
    eventsPerSecond: (done / (progress.lastAt - result.startedAt)) * 1000,
    lost: result.refused > 0 ? NaN : load.offset + result.accepted - kept,
    used: Object.fromEntries(
      Object.entries(after).map(([name, usage]) => [name, usedBetween(before[name] ?? usage, usage)]),
    ),
  };
}

async function run(started: Started, load: Load, earlier: number) {
  const result = await started.load(load);
  return { result, progress: await untilDone(started, earlier + result.accepted) };
}

async function untilDone(started: Started, expected: number) {
  let latest = await started.progress();
  let movedAt = Date.now();
  while (latest.processed < expected && Date.now() - movedAt < patienceMs) {
    await sleep(pollMs);
    const progress = await started.progress();
    if (progress.processed > latest.processed) movedAt = Date.now();
    latest = progress;
  }
  return latest;
}

async function usages({ processes, families = {} }: Started): Promise<Record<string, Usage>> {
  const alone = Object.entries(processes).map(async ([name, pid]) => [name, await usageOf(pid)] as const);
  const together = Object.entries(families).map(
    async ([name, pid]) => [name, await usageOfFamily(pid)] as const,
  );
  return Object.fromEntries(await Promise.all([...alone, ...together]));
}
