import type { WorkflowExecutionStatusName } from '@temporalio/client';

/** Our name of how an execution stands. */
export type ExecutionState = 'running' | 'completed' | 'failed' | 'timed_out' | 'terminated' | 'canceled';

const states: Partial<Record<WorkflowExecutionStatusName, ExecutionState>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  TERMINATED: 'terminated',
  CANCELLED: 'canceled',
};

export function nameOfState(status: WorkflowExecutionStatusName): ExecutionState {
  return states[status] ?? 'running';
}
