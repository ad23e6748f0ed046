import type { Contestant, Load } from './contestants/contestant.ts';
import { ours, oursOnPostgres } from './contestants/ours.ts';
import { ceiling, ceilingOnPostgres } from './contestants/ceiling.ts';
import { bullmq, naive } from './contestants/others.ts';

export type Size = 'quick' | 'default' | 'full';

export interface Entry {
  readonly contestant: Contestant;
  readonly steps: readonly Omit<Load, 'offset'>[];
}

export interface Plan {
  /** Each is run in this order; what stands in several rounds is measured several times. */
  readonly rounds: readonly (readonly Entry[])[];
  /** Nodes of the full graph, which is held against an empty one. */
  readonly graphNodes: number;
  /** Executions that /stats is computed from. */
  readonly statsRuns: readonly number[];
  readonly withLevers: boolean;
  readonly withStart: boolean;
}

const connections = 500;

/** The contestants that the ratios are made of, in turn. */
function main(share: number): Entry[] {
  const atFull = (contestant: Contestant, count: number): Entry => ({
    contestant,
    steps: [{ connections, count: Math.round(count * share) }],
  });
  return [atFull(naive, 300), atFull(ours('always'), 2000), atFull(ceiling, 2000), atFull(bullmq, 2000)];
}

/** From one connection to many. */
function widening(contestant: Contestant, counts: readonly [number, number, number]): Entry {
  const steps = [1, 50, connections].map((width, index) => ({
    connections: width,
    count: counts[index] ?? 0,
  }));
  return { contestant, steps };
}

const modes: readonly Entry[] = [
  widening(ours('always'), [60, 400, 1500]),
  widening(ours('overflow'), [60, 400, 1500]),
  widening(ours('off'), [60, 400, 1500]),
  widening(bullmq, [60, 1000, 3000]),
];

const onPostgres: readonly Entry[] = [
  ceilingOnPostgres,
  oursOnPostgres('always'),
  oursOnPostgres('overflow'),
].map((contestant) => ({ contestant, steps: [{ connections, count: 1000 }] }));

export function planOf(size: Size, { withPostgres }: { readonly withPostgres: boolean }): Plan {
  const plan = planWithoutPostgres(size);
  return withPostgres ? { ...plan, rounds: [...plan.rounds, onPostgres] } : plan;
}

function planWithoutPostgres(size: Size): Plan {
  if (size === 'quick') {
    const rounds = [main(0.3)];
    return { rounds, graphNodes: 50_000, statsRuns: [], withLevers: false, withStart: true };
  }
  const isFull = size === 'full';
  return {
    rounds: [main(1), modes, main(1)],
    graphNodes: isFull ? 1_000_000 : 200_000,
    statsRuns: isFull ? [1000, 50_000] : [1000],
    withLevers: true,
    withStart: true,
  };
}
