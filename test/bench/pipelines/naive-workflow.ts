import { proxyActivities } from '@temporalio/workflow';
import type { DeliveryChange } from '../../../src/graph/store.ts';

export interface NaiveDelivery {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

export interface NaiveActivities {
  normalize(delivery: NaiveDelivery): Promise<DeliveryChange>;
  write(change: DeliveryChange): Promise<void>;
}

const { normalize, write } = proxyActivities<NaiveActivities>({ startToCloseTimeout: '1 minute' });

export async function naiveWebhook(delivery: NaiveDelivery): Promise<void> {
  await write(await normalize(delivery));
}
