import { readdir } from 'node:fs/promises';
import type { SavedQuery } from './saved-query.ts';

/** Every file in queries/ is one, by its name. */
export async function loadSavedQueries(): Promise<ReadonlyMap<string, SavedQuery>> {
  const folder = new URL('queries/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.js')).sort();
  const queries = await Promise.all(
    files.map(async (file) => {
      const { query } = (await import(new URL(file, folder).href)) as { query: SavedQuery };
      return [file.replace(/\.js$/, ''), query] as const;
    }),
  );
  return new Map(queries);
}
