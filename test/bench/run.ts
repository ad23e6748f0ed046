import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../src/config/environment.ts';
import { findTemporalBinary } from '../../src/temporal/dev-server/find-binary.ts';
import { type Children, message } from './children.ts';
import { levers } from './contestants/ceiling.ts';
import type { Place } from './contestants/contestant.ts';
import { startTunedServer } from './contestants/temporal-servers.ts';
import { measure, type Step } from './measure.ts';
import type { GraphOrder, GraphResult } from './pipelines/graph.ts';
import type { StatsOrder, StatsResult } from './pipelines/stats.ts';
import type { Entry, Plan } from './plan.ts';
import { measureStart, type StartSpeed } from './start-speed.ts';
import { round } from './table.ts';

export interface Results {
  readonly rounds: readonly (readonly Step[])[];
  readonly levers: readonly Step[];
  readonly graph: GraphResult;
  readonly stats: readonly StatsResult[];
  readonly start: StartSpeed;
}

export interface Bench {
  readonly children: Children;
  readonly nodeArgs: readonly string[];
  /** Told what is being measured, and what came of it. */
  readonly onProgress: (sentence: string) => void;
}

const leverEvents = 1000;
const leverConnections = 500;

/** Everything of a plan, one after the other: nothing else of the benchmark runs while something is measured. */
export async function run(plan: Plan, bench: Bench): Promise<Results> {
  const root = await mkdtemp(join(tmpdir(), 'flowstate-bench-'));
  await chmod(root, 0o711); // PostgreSQL, which does not run as root, has its folder below
  const binary = await findTemporalBinary({ env: environment(), onProgress: bench.onProgress });
  let places = 0;
  const nextPlace = async (): Promise<Place> => {
    const folder = join(root, String(places++));
    await mkdir(folder);
    return { folder, binary, children: bench.children, nodeArgs: bench.nodeArgs };
  };
  try {
    const start = await startOf(await nextPlace(), bench);
    const rounds: Step[][] = [];
    for (const entries of plan.rounds) rounds.push(await stepsOf(entries, nextPlace, bench));
    const steps = [{ connections: leverConnections, count: leverEvents }];
    const entries = levers.map((contestant): Entry => ({ contestant, steps }));
    const ofLevers = plan.withLevers ? await stepsOf(entries, nextPlace, bench) : [];
    const graph = await graphOf(plan.graphNodes, await nextPlace(), bench);
    const stats = plan.statsRuns.length === 0 ? [] : await statsOf(plan.statsRuns, await nextPlace(), bench);
    return { rounds, levers: ofLevers, graph, stats, start };
  } finally {
    await bench.children.endAll();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function stepsOf(
  entries: readonly Entry[],
  nextPlace: () => Promise<Place>,
  { onProgress }: Bench,
): Promise<Step[]> {
  const measured: Step[] = [];
  for (const { contestant, steps } of entries) {
    onProgress(`${contestant.name} …`);
    const onStep = (step: Step): void => onProgress(`  ${describe(step)}`);
    measured.push(...(await measure(contestant, await nextPlace(), { steps, onStep })));
  }
  return measured;
}

function describe({ connections, count, answersPerSecond, p99, eventsPerSecond, lost }: Step): string {
  return (
    `${connections} connections, ${count} events: ${round(answersPerSecond)} answers/s, p99 ${round(p99)} ms, ` +
    `${round(eventsPerSecond, 1)} events/s, ${round(lost)} lost`
  );
}

async function startOf({ folder }: Place, { children, onProgress }: Bench): Promise<StartSpeed> {
  onProgress('npm start …');
  const start = await measureStart(folder, children);
  onProgress(`  ready in ${round(start.firstMs)} ms, the second time in ${round(start.nextMs)} ms`);
  return start;
}

async function graphOf(
  nodes: number,
  { folder }: Place,
  { children, onProgress }: Bench,
): Promise<GraphResult> {
  onProgress(`the graph, empty and with ${nodes} nodes …`);
  const order: GraphOrder = { folder, nodes };
  const child = children.fork('pipelines/graph.js', [JSON.stringify(order)]);
  return (await message<{ result: GraphResult }>(child, 'result')).result;
}

async function statsOf(
  runs: readonly number[],
  place: Place,
  { children, onProgress }: Bench,
): Promise<StatsResult[]> {
  onProgress(`/stats of ${runs.join(' and ')} executions …`);
  const server = await startTunedServer(place);
  try {
    const order: StatsOrder = { address: server.address, runs };
    const child = children.fork('pipelines/stats.js', [JSON.stringify(order)]);
    return (await message<{ result: StatsResult[] }>(child, 'result')).result;
  } finally {
    await server.stop();
  }
}
