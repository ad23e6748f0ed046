import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * The search attributes of every execution, by which deliveries are found, counted and replayed. This file is loaded
 * by workflows too, so it imports nothing but @temporalio/common. No personal data goes into any of them.
 */
export const provider = defineSearchAttributeKey('Provider', SearchAttributeType.KEYWORD);
export const eventType = defineSearchAttributeKey('EventType', SearchAttributeType.KEYWORD);
/** `written`, `skipped` or `failed`; unset while it runs. */
export const outcome = defineSearchAttributeKey('Outcome', SearchAttributeType.KEYWORD);
export const deliveryId = defineSearchAttributeKey('DeliveryId', SearchAttributeType.KEYWORD);
/** Keys of the most important nodes that the delivery touched. */
export const entity = defineSearchAttributeKey('Entity', SearchAttributeType.KEYWORD_LIST);
/** Whether the run that closed was a reset one. */
export const replay = defineSearchAttributeKey('Replay', SearchAttributeType.BOOL);
export const receivedAt = defineSearchAttributeKey('ReceivedAt', SearchAttributeType.DATETIME);
/** Set on a delivery that came under the id of another one with another body. */
export const conflict = defineSearchAttributeKey('Conflict', SearchAttributeType.BOOL);
