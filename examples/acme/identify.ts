import { type Identity, readPayload, type VerifiedRequest } from '#provider-kit';
import { Check, Envelope } from './schema.ts';

/** Runs after `verify` alone. A field that is missing is named in the answer: 400, PAYLOAD_INVALID. */
export function identify({ payload }: VerifiedRequest): Identity {
  const check = Check.safeParse(payload);
  if (check.success) return { kind: 'handshake', reply: { status: 200, body: check.data.word } };
  const { id, type } = readPayload(Envelope, payload);
  return { kind: 'delivery', id, eventType: type };
}
