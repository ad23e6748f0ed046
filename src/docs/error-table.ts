import { markdownTable } from './markdown.ts';

export interface ErrorEntry {
  readonly className: string;
  readonly code: string;
  /** Undefined where no answer carries it. */
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly meaning: string;
}

const classes =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export class (\w+) extends WebhookError \{([\s\S]*?)\n\}/g;

/** The errors that src/errors.ts declares, in its order: the meaning is the comment above the class. */
export function readErrors(source: string): readonly ErrorEntry[] {
  return [...source.matchAll(classes)].map(([, comment = '', className = '', body = '']) => ({
    className,
    code: /readonly code = '(\w+)'/.exec(body)?.[1] ?? '',
    status: statusIn(body),
    retryable: /readonly retryable = true/.test(body),
    meaning: comment
      .replace(/\s*\n?\s*\*\s+/g, ' ')
      .replaceAll('*', '')
      .trim(),
  }));
}

export function errorTable(source: string): string {
  return markdownTable(
    ['code', 'HTTP', 'retried', 'meaning'],
    readErrors(source).map(({ code, status, retryable, meaning }) => [
      `\`${code}\``,
      status === undefined ? '' : String(status),
      retryable ? 'yes' : 'no',
      meaning,
    ]),
  );
}

function statusIn(body: string): number | undefined {
  const status = /readonly status = (\d+)/.exec(body)?.[1];
  return status === undefined ? undefined : Number(status);
}
