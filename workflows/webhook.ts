import { processDelivery } from './kernel.ts';
import type { Input, WriteSummary } from './types.ts';

/** The workflow of every provider that has none of its own here: custom senders, and providers loaded while running. */
export async function webhook(input: Input, body: Uint8Array): Promise<WriteSummary> {
  return await processDelivery(input, body);
}
