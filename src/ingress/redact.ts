import type { IncomingHttpHeaders } from 'node:http';
import { formType } from '../payload.ts';

const keptBodyBytes = 500;
const keptValueLength = 200;
/** Node takes up to 2,000 headers; nobody needs more than some dozens to see why a request was refused. */
const keptHeaders = 40;

/** Shown as they came; of every other header the length alone. */
const shownHeaders = new Set([
  ...['accept', 'content-encoding', 'content-length', 'content-type', 'date', 'host', 'transfer-encoding'],
  ...['user-agent', 'webhook-id', 'webhook-timestamp', 'svix-id', 'svix-timestamp', 'x-request-id'],
  ...['x-github-delivery', 'x-github-event', 'x-github-hook-id', 'x-slack-request-timestamp'],
  ...['x-slack-retry-num', 'x-slack-retry-reason', 'x-signature-timestamp', 'x-forwarded-for'],
]);

const secretNames =
  'token|secret|password|passwd|pwd|passphrase|key|authorization|credential|cookie|session|signature|jwt|bearer|response_url|webhook_url';
/** In JSON, also within a text of JSON (`\"token\":\"…`), cut off or not; the value is a text or a bare word. */
const inJson = new RegExp(
  String.raw`((?:${secretNames})[^"\\:=&\s]{0,40}(\\*")\s*:\s*)(?:\2(?:(?!(?<!\\)\2)[^])*(?:\2|$)|[^\s,}\]\\"]+)`,
  'gi',
);
/** In a form and in plain text. */
const inText = new RegExp(
  String.raw`((?:${secretNames})[\w-]{0,40}\s*[=:]\s*)(?!\s|\(hidden\))[^&\s,;}"]+`,
  'gi',
);
/** Where a person stands before the host of an address, and what Slack's own tokens look like. */
const elsewhere = /(?<=:\/\/)[^\s/@"]+(?=@)|xox[a-z]-[\w-]+/gi;

/** Values that may prove or tell something secret are replaced by their lengths. */
export function redactHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const shown = Object.entries(headers).slice(0, keptHeaders);
  return Object.fromEntries(
    shown.map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
      const isShown = shownHeaders.has(name);
      return [name.slice(0, keptValueLength), isShown ? text.slice(0, keptValueLength) : lengthOf(text)];
    }),
  );
}

/**
 * The start of a body with what looks like a credential hidden: a sender whose proof fails may be an honest one. A form
 * is shown decoded.
 */
export function redactBody(body: Uint8Array, contentType = ''): string {
  const text = new TextDecoder().decode(body.subarray(0, keptBodyBytes));
  const readable = contentType.startsWith(formType) ? decodeForm(text) : text;
  return readable
    .replace(inJson, (_match, name: string, quote: string) => `${name}${quote}(hidden)${quote}`)
    .replace(inText, '$1(hidden)')
    .replace(elsewhere, '(hidden)');
}

/** The path, and of a query the names alone. What looks like a key in a path is hidden too. */
export function redactAddress(address: string): string {
  const [path = '', query] = address.slice(0, 2000).split('?', 2);
  const shown = path
    .split('/')
    .map((part) => (/^[\w~.%-]{24,}$/.test(part) ? lengthOf(part) : part))
    .join('/')
    .slice(0, keptValueLength);
  const names = query === undefined ? [] : query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
  return names.length === 0 ? shown : `${shown}?${names.join('&').slice(0, keptValueLength)}`;
}

function lengthOf(text: string): string {
  return `(${text.length} characters)`;
}

/** Byte by byte where it is cut in the middle of an escape. */
function decodeForm(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    return Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8');
  });
}
