import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../../workflows/types.ts';
import { bundlePath } from './build-bundle.ts';
import { keepRunning } from './keep-running.ts';
import { taskQueueOf } from './names.ts';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The same as the client's. */
  readonly dataConverter: DataConverter;
  /** Names of the enabled providers: each gets a task queue and a worker of its own, so that none waits for another. */
  readonly providers: readonly string[];
  readonly activities: Activities;
  /** Of the program. */
  readonly version: string;
  /** Told when a provider's worker ends without having been asked to; another one takes its place. */
  readonly onFailure: (error: unknown, provider: string) => void;
}

export interface RunningWorkers {
  /** Whether all of them poll. */
  isRunning(): boolean;
  /** Finishes what was begun, then resolves. */
  stop(): Promise<void>;
}

/** Under which Temporal keeps the versions of our workers apart. */
const deploymentName = 'flow-state';

/** Eager starts, the fast ones, are granted only while workflow task slots are free. */
const slots = 200;

/** One worker for each provider, in this process, over one connection and one prebuilt bundle. */
export async function startWorkers(options: WorkerOptions): Promise<RunningWorkers> {
  const buildId = await buildIdOf(options.version);
  const workers = await Promise.all(
    options.providers.map(
      async (provider) =>
        await keepRunning({
          create: async () => await createWorker({ ...options, buildId }, provider),
          onFailure: (error) => options.onFailure(error, provider),
        }),
    ),
  );
  return {
    isRunning: () => workers.every((worker) => worker.isRunning()),
    stop: async () => void (await Promise.all(workers.map(async (worker) => await worker.stop()))),
  };
}

/** Names the code that ran a workflow task: the program's version, and the workflows as they were bundled. */
export async function buildIdOf(version: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(bundlePath))
    .digest('hex');
  return `${version}-${digest.slice(0, 12)}`;
}

interface BuiltWorkerOptions extends WorkerOptions {
  readonly buildId: string;
}

async function createWorker(options: BuiltWorkerOptions, provider: string): Promise<Worker> {
  return await Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: taskQueueOf(provider),
    workflowBundle: { codePath: bundlePath },
    activities: options.activities,
    dataConverter: options.dataConverter,
    // Told, not used to route tasks: any worker takes any of them (docs/deploying.md).
    workerDeploymentOptions: {
      version: { deploymentName, buildId: options.buildId },
      useWorkerVersioning: false,
    },
    maxConcurrentWorkflowTaskExecutions: slots,
    maxConcurrentLocalActivityExecutions: slots,
    maxConcurrentActivityTaskExecutions: slots,
    shutdownGraceTime: '10 seconds',
  });
}
