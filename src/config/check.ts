import type { z } from 'zod';
import { nearest } from './nearest.ts';
import type { Finding, Path } from './path.ts';
import { choiceWith, fitScalars, knownKeys, shapeOf } from './shape.ts';
import type { Shape } from './shape.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

export type Checked<T> =
  | { readonly data: T; readonly findings?: never }
  | { readonly data?: never; readonly findings: readonly Finding[] };

/** Reads a value by its schema; every finding has its path below `at`, and none repeats a value. */
export function check<T>(schema: z.ZodType<T>, value: unknown, at: Path): Checked<T> {
  const shape = shapeOf(schema);
  const result = schema.safeParse(fitScalars(value, shape), { error: wording });
  if (result.success) return { data: result.data };
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, shape));
  return { findings: findings.map((finding) => ({ ...finding, path: [...at, ...finding.path] })) };
}

function findingsOf(issue: Issue, shape: Shape): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, shape);
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }];
  const messages = issue.errors.flatMap((branch) => branch.slice(0, 1).map(({ message }) => message));
  const wanted = [...new Set(messages)].map((message, index) =>
    index === 0 ? message : message.replace(/^must be /, ''),
  );
  return [{ path, message: wanted.join(' or ') }];
}

/** One finding for each key that the shape does not have at `path`. */
export function unknownKeys(keys: readonly string[], path: Path, shape: Shape): readonly Finding[] {
  const known = knownKeys(shape, path);
  return keys.map((key) => {
    const choice = choiceWith(key, shape, path);
    const message = choice === undefined ? unknownKeyMessage(key, known) : `is a setting of ${choice}`;
    return { path: [...path, key], message };
  });
}

function unknownKeyMessage(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `is not a setting; did you mean ${near}?`;
  return `is not a setting; known here: ${[...known].sort().join(', ')}`;
}

/** Zod's issues in the words of a person who edits a file; undefined leaves zod's own. */
function wording(issue: RawIssue): string | undefined {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'string' && typeof issue.input === 'number'
        ? 'must be a text (in quotes)'
        : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `must be ${issue.options.filter((option) => option !== undefined).join(' or ')}`
        : undefined;
    case 'too_small':
      return issue.origin === 'string' ? 'is empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
};
