import { readFile } from 'node:fs/promises';
import type { Provider } from '../providers/provider.ts';
import { configExample } from './config-example.ts';
import { configTable } from './config-table.ts';
import { customSections } from './custom-tables.ts';
import { errorTable } from './error-table.ts';
import { exitTable } from './exit-table.ts';
import { graphSections } from './graph-page.ts';
import { loadSavedQueries } from '../graph/saved/load-saved-queries.ts';
import { fillSections } from './markdown.ts';
import { providerTable } from './provider-table.ts';
import { questionSections, questionTable } from './questions-page.ts';

/** The root of the checkout, seen from dist/src/docs. */
const root = new URL('../../../', import.meta.url);

export interface GeneratedFile {
  readonly file: URL;
  readonly text: string;
}

/** Every file that is made of the code, wholly or between markers, as it should be. */
export async function generatedFiles(
  providers: ReadonlyMap<string, Provider>,
): Promise<readonly GeneratedFile[]> {
  const graphPage = new URL('docs/graph-model.md', root);
  const readme = new URL('README.md', root);
  const custom = new URL('docs/custom.md', root);
  const questions = new URL('docs/questions.md', root);
  const queries = await loadSavedQueries();
  const sections = {
    config: configTable(providers),
    exits: exitTable(),
    errors: errorTable(await readFile(new URL('src/errors.ts', root), 'utf8')),
    providers: providerTable(providers),
    questions: questionTable(queries),
  };
  return [
    { file: new URL('config.example.yaml', root), text: configExample(providers) },
    { file: readme, text: fillSections(await readFile(readme, 'utf8'), sections) },
    { file: custom, text: fillSections(await readFile(custom, 'utf8'), customSections(providers)) },
    {
      file: questions,
      text: fillSections(await readFile(questions, 'utf8'), questionSections(queries)),
    },
    {
      file: graphPage,
      text: fillSections(await readFile(graphPage, 'utf8'), await graphSections(providers)),
    },
  ];
}
