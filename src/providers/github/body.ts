import { parseJson, PayloadInvalidError, readPayload, z } from '#provider-kit';
import type { Delivery } from '#provider-kit';

const form = z.object({ payload: z.string() });
const encoder = new TextEncoder();

/**
 * The event itself. A hook of content type `form` carries it as JSON text in the form's field `payload`.
 *
 * @throws PayloadInvalidError where there is no JSON object
 */
export function eventOf({ contentType, payload }: Pick<Delivery, 'contentType' | 'payload'>): object {
  const event =
    contentType === 'application/x-www-form-urlencoded'
      ? parseJson(encoder.encode(readPayload(form, payload).payload))
      : payload;
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new PayloadInvalidError("The payload's top level is not an object.");
  }
  return event;
}
