/**
 * Places where a test lets the process die, wait or fail: a delivery is on disk and its sender not yet answered; it is
 * about to be started; it was started and the inbox does not know it yet.
 */
export type FaultPoint = 'inbox:durable' | 'inbox:forwarding' | 'inbox:forwarded';

export type AtFaultPoint = (point: FaultPoint, workflowId: string) => Promise<void>;

export const noFaults: AtFaultPoint = async () => undefined;
