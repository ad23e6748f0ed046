import { describeParameter } from '../graph/saved/parameters.ts';
import type { SavedQuery } from '../graph/saved/saved-query.ts';
import { markdownTable } from './markdown.ts';

/** Of docs/questions.md: what each saved query asks, takes and gives, by the query's name. */
export function questionSections(queries: ReadonlyMap<string, SavedQuery>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...queries].map(([name, query]) => [`question-${name}`, questionSection(query)]),
  );
}

function questionSection({ asks, says, parameters, columns }: SavedQuery): string {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    `\`${describeParameter(name, parameter)}\``,
    parameter.meaning,
  ]);
  return [
    `**${asks}** ${says}`,
    ...(rows.length === 0 ? ['It takes no parameter.'] : [markdownTable(['parameter', 'meaning'], rows)]),
    `Columns: ${columns.map((column) => `\`${column}\``).join(', ')}.`,
  ].join('\n\n');
}

/** The names of all of them for the README. */
export function questionTable(queries: ReadonlyMap<string, SavedQuery>): string {
  return markdownTable(
    ['saved query', 'the question'],
    [...queries.values()].map(({ name, asks }) => [`\`${name}\``, asks]),
  );
}
