import { decodeUtf8, parseJson } from './json.ts';

export const formType = 'application/x-www-form-urlencoded';

/**
 * A body by its media type: the fields of a form as an object of texts (of a repeated field the first counts), and
 * everything else as JSON.
 *
 * @throws PayloadInvalidError
 */
export function parsePayload(body: Uint8Array, contentType: string): unknown {
  return contentType === formType ? parseForm(body) : parseJson(body);
}

function parseForm(body: Uint8Array): Record<string, string> {
  const fields = [...new URLSearchParams(decodeUtf8(body))].reverse();
  return Object.fromEntries(fields);
}
