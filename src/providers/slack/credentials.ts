import type { VerifiedRequest } from '#provider-kit';
import { formType, readForm } from './form.ts';

/**
 * What must not outlive the request, wherever in the payload it stands:
 * - `token` is the verification token, which older apps still take as proof of the sender;
 * - `response_url` and `response_urls` let anybody post to the channel, for thirty minutes;
 * - `trigger_id` and `interactivity_pointer` let anybody open a modal at the user's screen, for seconds;
 * - `bot_access_token` acts as the app within a workflow step, `secret` proves the person behind an interaction.
 *
 * `tokens` of tokens_revoked are the ids of users, so they stay. Only texts and lists are dropped: an input block that
 * somebody named `token` holds an object.
 */
const credentials = new Set([
  'token',
  'response_url',
  'response_urls',
  'trigger_id',
  'interactivity_pointer',
  'bot_access_token',
  'secret',
]);

/** The body to keep, of the same media type as the received one. */
export function withoutCredentials({ payload, contentType }: VerifiedRequest): Uint8Array {
  return Buffer.from(contentType === formType ? formWithout(payload) : JSON.stringify(payload, withhold));
}

function formWithout(payload: unknown): string {
  const form = readForm(payload);
  if (form.kind === 'interaction') {
    return new URLSearchParams({ payload: JSON.stringify(form.payload, withhold) }).toString();
  }
  const kept = Object.entries(form.payload as Record<string, string>).filter(
    ([name]) => !credentials.has(name),
  );
  return new URLSearchParams(kept).toString();
}

function withhold(name: string, value: unknown): unknown {
  const isPlace = typeof value === 'object' && !Array.isArray(value);
  return credentials.has(name) && !isPlace ? undefined : value;
}
