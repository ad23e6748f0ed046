/**
 * All that a provider's folder may import of this project, as `#provider-kit`: the contract, the checks of signatures,
 * the reading of payloads and the makers of mutations.
 */
import { z } from 'zod';
import { PayloadInvalidError } from './errors.ts';

export { z };
export { boundedKey, sha256Hex } from './delivery.ts';
export type { Delivery } from './delivery.ts';
export { privateKeyOf, publicKeyOf } from './ed25519.ts';
export {
  EnrichRefusedError,
  EnrichUnavailableError,
  NormalizeFailedError,
  PayloadInvalidError,
  SignatureInvalidError,
} from './errors.ts';
export { eventTime, eventTimeOfSeconds } from './graph/event-time.ts';
export type { EventTime } from './graph/event-time.ts';
export { defineModel } from './graph/model.ts';
export type { GraphModel } from './graph/model.ts';
export { mutationsOf } from './graph/mutation.ts';
export type { Mutation, NodeRef } from './graph/mutation.ts';
export { decodeUtf8, parseJson } from './json.ts';
export { defineProvider } from './providers/provider.ts';
export type {
  Enrich,
  Fixture,
  HttpReply,
  Identity,
  NormalizeInput,
  Normalized,
  Outgoing,
  Provider,
  Reference,
  ReferenceReader,
  VerifiedRequest,
} from './providers/provider.ts';
export { equalInConstantTime, hmacSha256Hex, signatureHeader } from './signature.ts';
export type { RawRequest } from './signature.ts';

const secret = z.string().trim().min(1, 'is empty').describe('A secret shared with the sender.');

/** One secret or several (rotation: the first signs, each verifies); always a list once read. */
export const secrets = z
  .union([secret, z.array(secret).min(1, 'needs at least one secret')])
  .transform(
    (value): readonly [string, ...string[]] =>
      (Array.isArray(value) ? value : [value]) as [string, ...string[]],
  );

/** An id as the sender writes it: a text, or a number whose digits are kept. */
export const id = z.union([z.string().min(1), z.number().int()]).transform(String);

/**
 * The payload by its schema.
 *
 * @throws PayloadInvalidError which names the first field that is missing or of another kind
 */
export function readPayload<T>(schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw new PayloadInvalidError(
    `The payload's ${path === '' ? 'top level' : path} is unusable: ${issue?.message ?? 'unknown'}.`,
  );
}
