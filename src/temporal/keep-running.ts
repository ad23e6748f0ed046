import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { persist } from '../lifecycle/persist.ts';

/** After a worker has failed: it had tried for a minute already. */
const pauseMs = 5000;

export interface KeepRunningOptions {
  readonly create: () => Promise<Pick<Worker, 'run' | 'getState' | 'shutdown'>>;
  /** Told when a worker ends without having been asked to, and of each that could not be made in its place. */
  readonly onFailure: (error: unknown) => void;
  readonly pauseMs?: number;
}

export interface KeptWorker {
  /** Whether it polls now. */
  isRunning(): boolean;
  /** Finishes what was begun, then resolves. */
  stop(): Promise<void>;
}

/**
 * Runs a worker, and another one in its place where it fails: the SDK gives up polling for good where a server refuses
 * it for a minute, as one does that is being restored, and the server takes it again later.
 *
 * @throws what the first creation throws
 */
export async function keepRunning(options: KeepRunningOptions): Promise<KeptWorker> {
  const { create, onFailure } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let worker = await create();

  const runToItsEnd = async (): Promise<boolean> => {
    try {
      const ended = worker.run();
      if (signal.aborted) worker.shutdown(); // it was made while everything stopped
      await ended;
      return true;
    } catch (error) {
      onFailure(error);
      return false;
    }
  };

  const run = async (): Promise<void> => {
    while (!(await runToItsEnd())) {
      await sleep(options.pauseMs ?? pauseMs, undefined, { signal });
      worker = await persist(create, { signal, onFailure });
    }
  };

  const ended = run().catch((error: unknown) => {
    if (!signal.aborted) onFailure(error);
  });
  return {
    isRunning: () => worker.getState() === 'RUNNING',
    stop: async () => {
      stopping.abort();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}
