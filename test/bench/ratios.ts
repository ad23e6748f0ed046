import { ours } from './contestants/ours.ts';
import { ceiling } from './contestants/ceiling.ts';
import { bullmq, naive } from './contestants/others.ts';
import type { Contestant } from './contestants/contestant.ts';
import type { Step } from './measure.ts';
import type { Results } from './run.ts';
import { mean, round, table } from './table.ts';

const full = 500;

/** What is to be reached, and what was; of several rounds the mean, and how far they are apart. */
export function ratiosOf({ rounds, graph }: Results): string {
  const ratio = (over: Contestant, figure: (step: Step) => number): string =>
    spread(quotients(rounds, over, figure));
  const own = rounds
    .flat()
    .filter((step) => step.contestant === ours('always').name && step.connections === full);
  return table(
    ['ratio', 'to reach', 'reached'],
    [
      ['end to end over the naive pipeline', '≥ 5', ratio(naive, (step) => step.eventsPerSecond)],
      ['end to end over the raw ceiling', '≥ 0.9', ratio(ceiling, (step) => step.eventsPerSecond)],
      ['answers/s at 500 connections over BullMQ', '≥ 1', ratio(bullmq, (step) => step.answersPerSecond)],
      ['end to end over BullMQ', '', ratio(bullmq, (step) => step.eventsPerSecond)],
      [
        'p99 of the answer at 500 connections, ms',
        '< 500',
        spread(
          own.map(({ p99 }) => p99),
          0,
        ),
      ],
      ['answers over 3 s at 500 connections', '0', String(own.reduce((sum, { late }) => sum + late, 0))],
      [
        'graph: 200 writers at once over batches of 50',
        '≥ 0.8',
        round(graph.empty.writers200 / graph.empty.batchesOf50, 2),
      ],
      [
        `graph: ${graph.nodes.toLocaleString('en')} nodes over an empty one, 200 writers`,
        '> 0.9',
        round(graph.full.writers200 / graph.empty.writers200, 2),
      ],
      ['graph: the same, batches of 50', '> 0.9', round(graph.full.batchesOf50 / graph.empty.batchesOf50, 2)],
    ],
  );
}

/** Of each round that has both, at the most connections. */
function quotients(rounds: Results['rounds'], over: Contestant, figure: (step: Step) => number): number[] {
  return rounds.flatMap((steps) => {
    const find = (name: string) =>
      steps.find(({ contestant, connections }) => contestant === name && connections === full);
    const [own, other] = [find(ours('always').name), find(over.name)];
    return own === undefined || other === undefined ? [] : [figure(own) / figure(other)];
  });
}

function spread(values: readonly number[], decimals = 2): string {
  const middle = round(mean(values), decimals);
  if (values.length < 2) return middle;
  return `${middle} (${round(Math.min(...values), decimals)} to ${round(Math.max(...values), decimals)})`;
}
