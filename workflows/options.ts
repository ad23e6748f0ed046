import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * The first attempt: in the worker that holds the workflow task, without a round trip to the server (2.4 times as
 * fast). Once, and briefly: what is slower or fails goes on as a regular activity, which a person can see in the UI.
 */
export const firstAttempt: LocalActivityOptions = {
  startToCloseTimeout: '5 seconds',
  retry: { maximumAttempts: 1 },
};

/** For as long as it takes: a store or an API that is down is no reason to give a delivery up. */
export const untilDone: ActivityOptions = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** The same for a provider's API: it may be slow, and shows by heartbeats that its worker lives. */
export const whileAsking: ActivityOptions = { ...untilDone, heartbeatTimeout: '10 seconds' };
