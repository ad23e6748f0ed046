import { createHash } from 'node:crypto';

/**
 * One verified request of a provider, without its body. It travels as the first argument of the workflow; the body
 * travels beside it, as the bytes that were received.
 */
export interface DeliveryHead {
  /** The provider's name in the configuration, which is also its name in the URL. */
  readonly provider: string;
  /** Unique within the provider and the same for every retry of the sender. */
  readonly id: string;
  /** The sender's own name of what happened: `pull_request`, `taskCreated`. */
  readonly eventType: string;
  /** When the first acceptance happened, ISO 8601 in UTC with milliseconds. */
  readonly receivedAt: string;
  /** Media type of the body without parameters. */
  readonly contentType: string;
  /** SHA-256 of the received bytes, hex. */
  readonly bodySha256: string;
  /** The id under which it came, where an earlier delivery with another body has that; it is kept, and not applied. */
  readonly conflictOf?: string;
}

/** A delivery with what its normalization reads. */
export interface Delivery extends DeliveryHead {
  readonly payload: unknown;
}

/** Temporal's Keyword on PostgreSQL holds 255 characters; ours stay well below. */
const maxKeyLength = 200;
const readablePrefixLength = 120;
/** Printable ASCII without `/`, and without `"`, `'` and `\`: Temporal's query language does not find those again. */
const soundKey = /^[!#-&(-.0-[\]-~]+$/;
const unsoundParts = /[^!#-&(-.0-[\]-~]+/g;

/**
 * The idempotency key of a delivery, which is its workflow id: `provider:deliveryId`, at most 200 printable ASCII
 * characters without `/`, quotes and backslashes. A longer or other one keeps a readable prefix and gets the SHA-256
 * of the whole.
 */
export function idempotencyKey(provider: string, deliveryId: string): string {
  return boundedKey(`${provider}:${deliveryId}`);
}

/** A delivery under the id of another one with another body gets an id of its own: `<id>~<first 8 hex of its SHA-256>`. */
export function asConflict(head: DeliveryHead): DeliveryHead {
  return { ...head, id: conflictId(head.id, head.bodySha256), conflictOf: head.id };
}

export function conflictId(deliveryId: string, bodySha256: string): string {
  return boundedKey(`${deliveryId}~${bodySha256.slice(0, 8)}`);
}

const maxTextLength = 200;

/** An event type is only shown and searched, so it keeps its words: `orders/create`, `Push Hook`. */
export function boundedText(text: string): string {
  return text.slice(0, maxTextLength).replace(/[^ -~]/g, '_');
}

/** `text` itself where it is a sound key, else a readable prefix and the SHA-256 of it. */
export function boundedKey(text: string): string {
  if (text.length <= maxKeyLength && soundKey.test(text)) return text;
  const readable = text.slice(0, readablePrefixLength).replace(unsoundParts, '_');
  return `${readable}~${sha256Hex(text)}`;
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
