import { processDelivery } from './kernel.ts';
import type { Input, WriteSummary } from './types.ts';

export async function slackWebhook(input: Input, body: Uint8Array): Promise<WriteSummary> {
  return await processDelivery(input, body);
}
