import type { Provider } from '../providers/provider.ts';
import { check, unknownKeys } from './check.ts';
import { nearest } from './nearest.ts';
import type { Finding, Path } from './path.ts';
import { providerEntrySchema } from './schema.ts';
import type { ConfiguredProvider } from './schema.ts';
import { isClosed, knownKeys, shapeOf } from './shape.ts';

/** A name is part of the URL, of workflow ids and of the keys of the graph. */
const soundName = /^[a-z][a-z0-9_-]{0,39}$/;

export interface ResolvedProviders {
  readonly providers: readonly ConfiguredProvider[];
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/**
 * Joins each entry of `webhooks.providers` with its provider, and reads its settings by that provider's schema. An entry
 * that is not even one is left out: the schema of the whole tells of it.
 */
export function resolveProviders(
  entries: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, Provider>,
): ResolvedProviders {
  const resolved = Object.entries(entries).map(([name, entry]) => resolveProvider(name, entry, known));
  return {
    providers: resolved.flatMap(({ configured }) => (configured === undefined ? [] : [configured])),
    findings: resolved.flatMap(({ findings }) => findings ?? []),
    warnings: resolved.flatMap(({ warnings }) => warnings ?? []),
  };
}

interface Resolved {
  readonly configured?: ConfiguredProvider;
  readonly findings?: readonly Finding[];
  readonly warnings?: readonly Finding[];
}

function resolveProvider(name: string, given: unknown, known: ReadonlyMap<string, Provider>): Resolved {
  const path: Path = ['webhooks', 'providers', name];
  const { data: entry } = check(providerEntrySchema, given, path);
  if (!soundName.test(name)) {
    const message =
      'is no sound name: lower-case letters, digits, _ and -, a letter first, at most 40 characters';
    return { findings: [{ path, message }] };
  }
  if (entry === undefined) return {};
  const { enabled, type, ...own } = entry;
  const provider = known.get(type ?? name);
  if (provider === undefined) return unknownProvider({ name, enabled, type, path }, known);
  const { settings, warnings } = currentSettings(provider, own, path);
  if (!enabled)
    return { ...checkKeysOnly(provider, settings, path), configured: { name, enabled, provider }, warnings };
  const { data, findings } = check(provider.settings, settings, path);
  if (findings !== undefined) return { findings: findings.map(withHint), warnings };
  return { configured: { name, enabled, provider, settings: data }, warnings };
}

function unknownProvider(
  { name, enabled, type, path }: { name: string; enabled: boolean; type: string | undefined; path: Path },
  known: ReadonlyMap<string, Provider>,
): Resolved {
  const wanted = type ?? name;
  const near = nearest(wanted, [...known.keys()]);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  const message = `no provider is called ${wanted}${hint}; known: ${[...known.keys()].sort().join(', ') || 'none'}`;
  const finding = { path: type === undefined ? path : [...path, 'type'], message };
  if (enabled) return { findings: [finding] };
  return { configured: { name, enabled, provider: undefined }, warnings: [finding] };
}

/** Settings of earlier releases in today's words, where the provider knows some. */
function currentSettings(
  provider: Provider,
  given: Readonly<Record<string, unknown>>,
  path: Path,
): { settings: Readonly<Record<string, unknown>>; warnings: readonly Finding[] } {
  const { settings, warnings } = provider.legacySettings?.(given) ?? { settings: given, warnings: [] };
  return { settings, warnings: warnings.map((message) => ({ path, message })) };
}

/** A disabled provider may lack what it needs, but a key that it does not know is a mistake in any case. */
function checkKeysOnly(
  provider: Provider,
  settings: Readonly<Record<string, unknown>>,
  path: Path,
): Resolved {
  const shape = shapeOf(provider.settings);
  if (!isClosed(shape)) return {};
  const known = knownKeys(shape);
  const unknown = Object.keys(settings).filter((key) => !known.includes(key));
  return {
    findings: unknownKeys(unknown, [], shape).map((one) => ({ ...one, path: [...path, ...one.path] })),
  };
}

function withHint(finding: Finding): Finding {
  if (finding.message !== 'is missing') return finding;
  return { ...finding, message: 'is missing: give it, or set enabled: false' };
}
