import {
  ApplicationFailure,
  condition,
  defineSignal,
  proxyLocalActivities,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { outcome, replay } from '../../src/temporal/search-attributes.ts';

const { verdictOf } = proxyLocalActivities<{ verdictOf(): Promise<'complete' | 'fail' | 'wait'> }>({
  startToCloseTimeout: '5 seconds',
});

const never = defineSignal('never');

/** Ends as the test says at that moment, and marks itself as the kernel does. */
export async function testWebhook(): Promise<string> {
  let isReleased = false;
  setHandler(never, () => {
    isReleased = true;
  });
  const verdict = await verdictOf();
  if (verdict === 'wait') await condition(() => isReleased);
  const { runId, firstExecutionRunId } = workflowInfo();
  upsertSearchAttributes([
    { key: outcome, value: verdict === 'fail' ? 'failed' : 'written' },
    { key: replay, value: runId !== firstExecutionRunId },
  ]);
  if (verdict === 'fail') throw ApplicationFailure.nonRetryable('as the test wants', 'TEST');
  return 'done';
}
