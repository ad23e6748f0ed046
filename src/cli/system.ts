import type { Logger } from 'pino';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/schema.ts';
import { SystemRefusedError } from '../errors.ts';
import type { GraphReader } from '../graph/deferred.ts';
import type { GraphStore } from '../graph/store.ts';
import type { AtFaultPoint } from '../ingress/fault-points.ts';
import type { Inbox } from '../ingress/inbox/inbox.ts';
import { allStarted } from '../lifecycle/all-started.ts';
import { findShortage } from '../lifecycle/free-space.ts';
import { lockDataDir } from '../lifecycle/lock.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { ActiveProvider } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';
import { bringTogether, type Together } from '../providers/together.ts';
import { activeProviders } from './active-providers.ts';
import { openInbox } from './intake.ts';
import { type Role, tasksOf } from './role.ts';
import { serve } from './serve.ts';
import { deferGraph, startGraph } from './start-graph.ts';
import { startProcessing, type Workers } from './start-processing.ts';
import { startTemporal, type Temporal } from './start-temporal.ts';

export interface SystemOptions {
  readonly role: Role;
  readonly config: Config;
  readonly registry: Registry;
  readonly env: Environment;
  readonly version: string;
  readonly log: Logger;
  /** Told a sentence for each step that may take a while. */
  readonly onProgress: (sentence: string) => void;
  /** Opens the store that the configuration names. */
  readonly openGraph: (config: Config) => Promise<GraphStore>;
  /** Tests let it fail there. */
  readonly at?: AtFaultPoint;
}

export interface RunningSystem {
  readonly url: string;
  /** Of the namespace in the Temporal UI, where that is known. */
  readonly temporalUi: string | undefined;
}

/** What all roles have. */
export interface Parts {
  readonly temporal: Temporal;
  readonly active: ReadonlyMap<string, ActiveProvider>;
  readonly together: Together;
}

/** What a role has or has not. */
export interface RunningParts extends Parts {
  readonly graph: GraphReader;
  readonly workers: Workers | undefined;
  readonly inbox: Inbox | undefined;
}

const nothing = Promise.resolve(undefined);

/**
 * One process of the program, whole or a part, by its role. What is begun is told to the shutdown at once, so that a
 * start that fails halfway leaves nothing running.
 */
export async function startSystem(options: SystemOptions, shutdown: Shutdown): Promise<RunningSystem> {
  const { config, role } = options;
  const { receives, processes } = tasksOf(role);
  shutdown.onShutdown('lock of the data directory', await lockDataDir(config.data_dir));
  const shortage = await findShortage(config.data_dir);
  if (shortage !== undefined) throw new SystemRefusedError(shortage);
  const active = activeProviders(config);
  const together = bringTogether(active.values(), config.people);
  const [temporal, store, inbox] = await allStarted([
    startTemporal(options, shutdown),
    processes ? startGraph(options, together, shutdown) : nothing,
    receives ? openInbox(options, shutdown) : nothing,
  ]);
  const parts = { temporal, active, together };
  const graph = store ?? deferGraph(options, together, shutdown);
  const workers =
    store === undefined
      ? undefined
      : await startProcessing(options, { ...parts, graph: store, inbox }, shutdown);
  return await serve(options, { ...parts, graph, inbox, workers }, shutdown);
}
