import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
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
      document.errors.map(({ pos, message }) => ({ path: `line ${lines.linePos(pos[0]).line}`, message })),
    );
  }
  const value: unknown = document.toJS() ?? {};
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
