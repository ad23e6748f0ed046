import { sha256Hex } from '#provider-kit';
import { ClickUpWebhookEvent, readAs, readAutomation } from './schema.ts';

/** A sample as if it had just happened: new history items, or, where there are none, from a new webhook. */
export function freshen(payload: unknown, fresh: { readonly id: string; readonly at: Date }): unknown {
  if (readAutomation(payload) !== undefined) {
    return { ...(payload as object), trigger_id: fresh.id, date: fresh.at.toISOString() };
  }
  const items = readAs(ClickUpWebhookEvent, payload)?.history_items ?? [];
  if (items.length === 0) return { ...(payload as object), webhook_id: fresh.id };
  const date = String(fresh.at.getTime());
  const history = items.map((item, index) => ({ ...item, id: numericId(fresh.id, index), date }));
  return { ...(payload as object), history_items: history };
}

/** As long as ClickUp's own. */
function numericId(seed: string, index: number): string {
  return BigInt(`0x${sha256Hex(`${seed}:${index}`).slice(0, 15)}`).toString();
}
