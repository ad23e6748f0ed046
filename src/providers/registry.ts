import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ProviderBrokenError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import { type GraphModel, mergeModels } from '../graph/model.ts';
import { packageRoot } from '../package-root.ts';
import type { Fixture, Provider } from './provider.ts';

/** A folder that gave no provider, with what was wrong. */
export interface LoadFailure {
  readonly name: string;
  readonly reason: string;
}

export interface Registry {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly failures: readonly LoadFailure[];
}

/** The folder of the providers that come with the program. */
export const shippedProviders = join(packageRoot, 'dist', 'src', 'providers');

/** Loads `index.js` of every sub-folder. One that does not load is left out with a reason; the others serve. */
export async function discoverProviders(folders: readonly string[] = [shippedProviders]): Promise<Registry> {
  const providers = new Map<string, Provider>();
  const failures: LoadFailure[] = [];
  for (const { name, file } of await findCandidates(folders)) {
    try {
      if (providers.has(name)) throw new ProviderBrokenError(`Two folders hold a provider named ${name}.`);
      const provider = await loadProvider(name, file);
      mergeModels([...[...providers.values()].map(({ model }): GraphModel => model), provider.model]);
      providers.set(name, provider);
    } catch (error) {
      failures.push({ name, reason: messageOf(error) });
    }
  }
  return { providers, failures };
}

interface Candidate {
  readonly name: string;
  readonly file: string;
}

async function findCandidates(folders: readonly string[]): Promise<Candidate[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      return names.sort().map((name) => ({ name, file: join(folder, name, 'index.js') }));
    }),
  );
  return found.flat();
}

const isFunction = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const record = z.record(z.string(), z.unknown());

/** What can be seen of a provider without calling it. */
const providerShape = z.looseObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string().min(1),
  settings: z.custom<unknown>((value) => value instanceof z.ZodType, 'must be a zod schema'),
  model: z.object({ nodes: record, edges: record }),
  events: z.array(z.string()),
  verify: isFunction,
  sign: isFunction,
  identify: isFunction,
  normalize: isFunction,
});

async function loadProvider(name: string, file: string): Promise<Provider> {
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  const shape = providerShape.safeParse(module.default);
  if (!shape.success) {
    const issue = shape.error.issues[0];
    throw new ProviderBrokenError(
      `Its default export is no provider: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  if (shape.data.name !== name)
    throw new ProviderBrokenError(`It is named ${shape.data.name}, its folder ${name}.`);
  return module.default as Provider;
}

const fixtureShape = z.strictObject({
  name: z.string().min(1),
  eventType: z.string().min(1),
  source: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  path: z.string().optional(),
  query: z.string().optional(),
  payload: z.unknown().optional(),
  form: z.string().optional(),
  bodyUnsigned: z.boolean().optional(),
  receivedAt: z.iso.datetime(),
  settings: record.optional(),
  enrichment: z.unknown().optional(),
  expected: record,
});

/**
 * The recorded examples of a provider, from `src/providers/<name>/fixtures`, in the order of their files.
 *
 * @throws ProviderBrokenError where one has not the form of a fixture
 */
export async function loadFixtures(
  name: string,
  folder = join(packageRoot, 'src', 'providers', name),
): Promise<Fixture[]> {
  const fixtures = join(folder, 'fixtures');
  const files = await readdir(fixtures).catch(() => []);
  return await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map(async (file) => {
        const shape = fixtureShape.safeParse(JSON.parse(await readFile(join(fixtures, file), 'utf8')));
        if (shape.success) return shape.data as unknown as Fixture;
        const issue = shape.error.issues[0];
        throw new ProviderBrokenError(
          `${name}/fixtures/${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        );
      }),
  );
}
