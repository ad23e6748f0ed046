import { PayloadInvalidError } from '#provider-kit';

/**
 * The little language in which a configuration says where something is: text with places in braces.
 * `{header:x-acme-id}`, `{body:data.items.0.id}` (a path into the parsed body), `{body}` (its bytes), and where they are
 * known `{timestamp}` and `{url}` (the configured public address and the query that was sent).
 */
export interface Template {
  readonly source: string;
  readonly parts: readonly Part[];
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'header' | 'path'; readonly name: string }
  | { readonly kind: 'body' | 'timestamp' | 'url' };

/** What the places of a template stand for in one request. */
export interface Values {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array;
  readonly payload?: unknown;
  readonly timestamp?: string;
  readonly url?: string;
}

const place = /\{(header|body):([^{}]+)\}|\{(body|timestamp|url)\}/g;

/** @returns the template, or a sentence that says what is wrong with it */
export function parseTemplate(source: string): Template | string {
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(place)) {
    if (match.index > end) parts.push({ kind: 'text', text: source.slice(end, match.index) });
    parts.push(partOf(match));
    end = match.index + match[0].length;
  }
  if (end < source.length) parts.push({ kind: 'text', text: source.slice(end) });
  const loose = parts.find((part) => part.kind === 'text' && /[{}]/.test(part.text));
  if (loose !== undefined) {
    return `has a brace that opens no known place; there are {header:NAME}, {body:PATH}, {body}, {timestamp}, {url}`;
  }
  return { source, parts };
}

function partOf(match: RegExpExecArray): Part {
  const [, kind, name, bare] = match;
  if (kind === 'header') return { kind: 'header', name: (name ?? '').toLowerCase() };
  if (kind === 'body') return { kind: 'path', name: name ?? '' };
  return { kind: bare as 'body' | 'timestamp' | 'url' };
}

/** The template filled, as pieces that can be hashed one after another; undefined where a place has no value. */
export function fillPieces(template: Template, values: Values): (string | Uint8Array)[] | undefined {
  const pieces = template.parts.map((part) => valueOf(part, values));
  return pieces.every((piece) => piece !== undefined) ? pieces : undefined;
}

/** The template filled, as text; undefined where a place has no value. */
export function fillText(template: Template, values: Values): string | undefined {
  return fillPieces(template, values)
    ?.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8')))
    .join('');
}

/** @throws PayloadInvalidError which names the setting and its template */
export function requireText(template: Template, values: Values, setting: string): string {
  const text = fillText(template, values)?.trim();
  if (text === undefined || text === '') {
    throw new PayloadInvalidError(`The request has no ${setting}: ${template.source} is missing or empty.`);
  }
  return text;
}

function valueOf(part: Part, values: Values): string | Uint8Array | undefined {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'header':
      return values.headers[part.name];
    case 'path':
      return textAt(values.payload, part.name);
    case 'body':
      return values.body;
    case 'timestamp':
    case 'url':
      return values[part.kind];
  }
}

/** The text, number or boolean at a path such as `data.items.0.id`; undefined where there is none. */
export function textAt(payload: unknown, path: string): string | undefined {
  let value = payload;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
