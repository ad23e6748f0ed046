import { exitMeanings } from '../cli/exit-status.ts';
import { markdownTable } from './markdown.ts';

/** The exit statuses of every command. */
export function exitTable(): string {
  return markdownTable(
    ['status', 'meaning'],
    exitMeanings.map(([status, meaning]) => [String(status), meaning]),
  );
}
