import type { Step } from './measure.ts';
import { ratiosOf } from './ratios.ts';
import type { Results } from './run.ts';
import { megabytes, round, table } from './table.ts';

/** The results as markdown. */
export function report(results: Results, machine: string): string {
  const { rounds, levers, graph, stats, start } = results;
  const parts = [
    machine,
    '#### Ratios\n',
    ratiosOf(results),
    '\n#### Answers and events\n',
    answers(rounds),
    '\n#### What they take\n',
    costs(rounds),
    ...(levers.length === 0
      ? []
      : ['\n#### Temporal alone, one setting after the other\n', leversTable(levers)]),
    '\n#### The graph alone, events/s\n',
    table(
      ['graph', 'one by one', 'batches of 50', '200 writers at once'],
      [
        ['empty', ...speeds(graph.empty)],
        [`${graph.nodes.toLocaleString('en')} nodes`, ...speeds(graph.full)],
      ],
    ),
    ...(stats.length === 0 ? [] : ['\n#### An uncached refresh of /stats\n', statsTable(stats)]),
    '\n#### Start\n',
    `From \`npm start\` to ready, with four providers: ${round(start.firstMs)} ms the first time, ${round(start.nextMs)} ms the next.`,
  ];
  return `${parts.join('\n')}\n`;
}

function answers(rounds: Results['rounds']): string {
  const head = ['contestant', 'round', 'connections', 'events', 'answers/s', 'p50 ms', 'p99 ms', 'max ms'];
  return table(
    [...head, 'over 3 s', 'refused', 'events/s end to end', 'lost'],
    eachOf(rounds, (step, index) => [
      ...[step.contestant, String(index + 1), String(step.connections), String(step.count)],
      ...[step.answersPerSecond, step.p50, step.p99, step.max].map((value) => round(value)),
      ...[String(step.late), String(step.refused), round(step.eventsPerSecond, 1), round(step.lost)],
    ]),
  );
}

function costs(rounds: Results['rounds']): string {
  return table(
    ['contestant', 'round', 'connections', 'process', 'CPU ms/event', 'memory, peak', 'written KB/event'],
    rounds.flatMap((steps, index) =>
      steps.flatMap((step) =>
        Object.entries(step.used).map(([name, { cpuMs, peakBytes, writtenBytes }]) => [
          ...[step.contestant, String(index + 1), String(step.connections), name],
          ...[round(cpuMs / step.count, 1), megabytes(peakBytes), round(writtenBytes / step.count / 1000)],
        ]),
      ),
    ),
  );
}

function leversTable(steps: readonly Step[]): string {
  return table(
    [
      'settings',
      'starts/s',
      'p99 ms',
      'events/s',
      'CPU ms/event, client',
      'CPU ms/event, server',
      'written KB/event',
    ],
    steps.map((step) => [
      ...[step.contestant, round(step.answersPerSecond), round(step.p99), round(step.eventsPerSecond, 1)],
      ...['node', 'temporal'].map((name) => round((step.used[name]?.cpuMs ?? NaN) / step.count, 1)),
      round((step.used['temporal']?.writtenBytes ?? NaN) / step.count / 1000),
    ]),
  );
}

function statsTable(stats: Results['stats']): string {
  return table(
    ['executions', 'ms', 'requests to Temporal', 'age_seconds of the answer'],
    stats.map(({ runs, milliseconds, requests, ageSeconds }) => [
      ...[runs.toLocaleString('en'), round(milliseconds), String(requests), round(ageSeconds, 1)],
    ]),
  );
}

function speeds({ single, batchesOf50, writers200 }: Results['graph']['empty']): string[] {
  return [round(single), round(batchesOf50), round(writers200)];
}

function eachOf(rounds: Results['rounds'], row: (step: Step, index: number) => string[]): string[][] {
  return rounds.flatMap((steps, index) => steps.map((step) => row(step, index)));
}
