import { parseJson, readPayload, z } from '#provider-kit';

export const formType = 'application/x-www-form-urlencoded';

const encoder = new TextEncoder();
const fields = z.record(z.string(), z.string());

/**
 * What Slack posts as a form: the JSON in its field `payload` where somebody used a component, a shortcut or a modal,
 * else the fields themselves, which are those of a slash command.
 *
 * @throws PayloadInvalidError
 */
export function readForm(
  payload: unknown,
):
  | { readonly kind: 'interaction'; readonly payload: unknown }
  | { readonly kind: 'command'; readonly payload: unknown } {
  const form = readPayload(fields, payload);
  const { payload: json } = form;
  if (json === undefined) return { kind: 'command', payload: form };
  return { kind: 'interaction', payload: parseJson(encoder.encode(json)) };
}
