import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { adminToken, type Fleet, startFleet } from './fleet.ts';
import { Milestones } from './milestones.ts';
import { faultsOf, graphOf, readOutcome } from './outcome.ts';
import { type Posted, postAll } from './posting.ts';
import { findSenders, makeDeliveries, type Outgoing } from './senders.ts';
import { type Programs, startServers } from './servers.ts';
import { type VisibilityRate, watchVisibility } from './visibility-rate.ts';

const settleMs = 600_000;
const lookEveryMs = 2000;

export interface ScenarioOptions {
  readonly programs: Programs;
  readonly count: number;
  /** Told a sentence for each step. */
  readonly tell: (sentence: string) => void;
}

export interface Summary {
  readonly posted: Posted;
  readonly deliveries: readonly Outgoing[];
  /** From the first post to the last delivery in the graph. */
  readonly endToEndSeconds: number;
  readonly visibility: VisibilityRate;
  /** What is not as it must be, in words. */
  readonly faults: readonly string[];
}

/**
 * Two ingresses and two workers beside Temporal on PostgreSQL and Neo4j, all as real processes; deliveries of all kinds of
 * providers, in the middle of which one ingress and one worker are killed. At its end everything is stopped.
 */
export async function runScenario(options: ScenarioOptions, shutdown: Shutdown): Promise<Summary> {
  const { programs, count, tell } = options;
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-cluster-'));
  await chmod(folder, 0o711); // PostgreSQL may run as another user, who passes through
  shutdown.onShutdown('the folder', async () => await rm(folder, { recursive: true, force: true }));
  tell('Starting PostgreSQL, Temporal and Neo4j …');
  const servers = await startServers(programs, folder, shutdown);
  const senders = await findSenders();
  const deliveries = makeDeliveries(senders, count);
  const stopWatching = watchVisibility(servers.temporal.metricsUrl);
  tell('Starting two ingresses and two workers, all at once …');
  const fleet = await startFleet(servers, { senders, folder }, shutdown);
  const connection = await connectTemporal({ address: servers.temporal.address });
  shutdown.onShutdown('connection', async () => await connection.close());
  const client = new Client({ connection, namespace: 'flow-state' });

  const startedAt = performance.now();
  const posted = await postWithTrouble(options, deliveries, fleet);
  tell('All are acknowledged; waiting until all are in the graph …');
  const ask = graphOf(fleet.urlOf('ingress-2'), adminToken);
  const faults = await settle(async () =>
    faultsOf(
      deliveries.map(({ sha256 }) => sha256),
      await readOutcome(client, ask),
    ),
  );
  const endToEndSeconds = (performance.now() - startedAt) / 1000;
  const visibility = await stopWatching();
  const ends = await fleet.stopAll();
  return { posted, deliveries, endToEndSeconds, visibility, faults: [...faults, ...ends] };
}

/** In the middle, one ingress and one worker are killed; a while later both are started again. */
async function postWithTrouble(
  { count, tell }: ScenarioOptions,
  deliveries: readonly Outgoing[],
  fleet: Fleet,
): Promise<Posted> {
  const milestones = new Milestones();
  const posting = postAll({
    deliveries,
    urls: () => [fleet.urlOf('ingress-1'), fleet.urlOf('ingress-2')],
    onAcknowledged: (acknowledged) => {
      milestones.set(acknowledged);
    },
  });
  const trouble = async (): Promise<void> => {
    await milestones.reached(count * 0.35);
    tell(`${Math.round(count * 0.35)} are acknowledged; kill -9 of ingress-1 and worker-1 …`);
    await Promise.all([fleet.kill('ingress-1'), fleet.kill('worker-1')]);
    await milestones.reached(count * 0.6);
    tell(`${Math.round(count * 0.6)} are acknowledged; starting both again …`);
    await Promise.all([fleet.start('ingress-1'), fleet.start('worker-1')]);
  };
  const [posted] = await Promise.all([posting, trouble()]);
  return posted;
}

/** Looks until nothing is wrong. @returns what still is at the deadline */
async function settle(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const faults = await look();
    if (faults.length === 0 || performance.now() > deadline) return faults;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
