import {
  type Document,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml';
import { ConfigInvalidError } from '../errors.ts';
import { isMapping } from './path.ts';
import type { Path } from './path.ts';

/** A configuration file, read as YAML and no further. */
export interface ConfigDocument {
  readonly value: Readonly<Record<string, unknown>>;
  /** The line of a path, or of the nearest that is there, counted from 1. */
  lineOf(path: Path): number | undefined;
}

/** @throws ConfigInvalidError where the text is not YAML, has a key twice, or is not a mapping at its top */
export function parseConfigDocument(source: string, text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigInvalidError(
      source,
      document.errors.map((error) => ({
        path: `line ${lines.linePos(error.pos[0]).line}`,
        message: messageWithoutText(error),
      })),
    );
  }
  const value: unknown = asValue(source, document, lines) ?? {};
  if (!isMapping(value)) {
    throw new ConfigInvalidError(source, [
      { path: '', message: 'must be a mapping of keys, such as webhooks:' },
    ]);
  }
  return {
    value,
    lineOf: (path) => {
      const offset = offsetOf(document.contents, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}

/** What begins with `*` is an alias in YAML, as a secret may; the parser's own words would show it. */
function asValue(source: string, document: Document.Parsed, lines: LineCounter): unknown {
  const problems: { path: string; message: string }[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      problems.push({
        path: `line ${lines.linePos(alias.range?.[0] ?? 0).line}`,
        message:
          'has an alias (*…) without an anchor (&…) before it; put a text that begins with * in quotes',
      });
    },
  });
  if (problems.length > 0) throw new ConfigInvalidError(source, problems);
  try {
    return document.toJS();
  } catch {
    throw new ConfigInvalidError(source, [{ path: '', message: 'has aliases (*…) that cannot be followed' }]);
  }
}

/** Some of the parser's messages repeat what stands in the file, and that may be a secret. */
function messageWithoutText({ code, message }: YAMLParseError): string {
  if (!repeatsText.has(code)) return message;
  return 'cannot be read as YAML here; put a text with special characters in quotes';
}

const repeatsText: ReadonlySet<YAMLParseError['code']> = new Set([
  'BAD_ALIAS',
  'BAD_DIRECTIVE',
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'TAG_RESOLVE_FAILED',
  'UNEXPECTED_TOKEN',
]);

/** Where the last key of the path that is there begins. */
function offsetOf(contents: unknown, path: Path): number | undefined {
  let node = contents;
  let offset: number | undefined;
  for (const part of path) {
    const key: unknown = isMap(node)
      ? node.items.find((pair) => String(pair.key) === String(part))?.key
      : undefined;
    const next: unknown = isMap(node) || isSeq(node) ? node.get(part, true) : undefined;
    const start = isNode(key) ? key.range : isNode(next) ? next.range : undefined;
    if (start === undefined || start === null) return offset;
    offset = start[0];
    node = next;
  }
  return offset;
}
