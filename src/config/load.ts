import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigInvalidError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { check } from './check.ts';
import { contradictions } from './contradictions.ts';
import { parseConfigDocument } from './document.ts';
import type { ConfigDocument } from './document.ts';
import type { Environment } from './environment.ts';
import { interpolate } from './interpolate.ts';
import { modernize } from './legacy.ts';
import { formatPath, isMapping, isWithin } from './path.ts';
import type { Finding, Path } from './path.ts';
import { resolveProviders } from './providers.ts';
import type { ResolvedProviders } from './providers.ts';
import { settingsSchema } from './schema.ts';
import type { Config, Settings } from './schema.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** What works today but should be changed: one sentence each, with the path. */
  readonly warnings: readonly string[];
}

export interface ConfigSource {
  readonly file: string;
  readonly env: Environment;
  readonly providers: ReadonlyMap<string, Provider>;
}

/** @throws ConfigInvalidError with every problem at once: unreadable, not YAML, unknown keys, wrong values, no secrets */
export async function loadConfig(source: ConfigSource): Promise<LoadedConfig> {
  return readConfig(await readText(source.file), source);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? 'there is no such file' : `cannot be read: ${(cause as Error).message}`;
    throw new ConfigInvalidError(file, [{ path: '', message }]);
  }
}

/** As `loadConfig`, of a text. `file` tells where relative paths begin. */
export function readConfig(text: string, { file, env, providers }: ConfigSource): LoadedConfig {
  const document = parseConfigDocument(file, text);
  const filled = interpolate(document.value, env);
  const modern = modernize(filled.value as Readonly<Record<string, unknown>>);
  const { data: settings, findings = [] } = check(settingsSchema, modern.value, []);
  const resolved = resolveProviders(entriesOf(modern.value), providers);

  const disabled = resolved.providers.filter(({ enabled }) => !enabled);
  const unset = filled.findings.filter(({ path }) => {
    const place = modern.placeOf(path);
    return (
      place !== undefined && !disabled.some(({ name }) => isWithin(place, ['webhooks', 'providers', name]))
    );
  });
  const clashes = settings === undefined ? [] : contradictions(settings);
  const found = [...findings, ...clashes, ...resolved.findings].map((one) => ({
    ...one,
    path: modern.originOf(one.path),
  }));
  const problems = [
    ...unset,
    ...found.filter((one) => !unset.some((other) => isWithin(one.path, other.path))),
  ];
  if (settings === undefined || problems.length > 0)
    throw new ConfigInvalidError(file, inOrder(problems, document));

  const warnings = [...modern.warnings, ...resolved.warnings];
  return {
    config: configOf(settings, resolved, file),
    warnings: warnings.map((warning) => `${formatPath(warning.path)}: ${warning.message}`),
  };
}

function entriesOf({ webhooks }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = isMapping(webhooks) ? webhooks['providers'] : undefined;
  return isMapping(entries) ? entries : {};
}

function configOf(settings: Settings, { providers }: ResolvedProviders, file: string): Config {
  const absolute = path.resolve(file);
  const beside: Beside = (named) => path.resolve(path.dirname(absolute), named);
  const dataDir = beside(settings.data_dir);
  const { bodies_dir: bodiesDir } = settings;
  return {
    ...settings,
    file: absolute,
    data_dir: dataDir,
    bodies_dir: bodiesDir === undefined ? path.join(dataDir, 'bodies') : beside(bodiesDir),
    graph: graphOf(settings, beside),
    temporal: temporalOf(settings, beside),
    webhooks: { ...settings.webhooks, providers },
  };
}

/** A path of the file as an absolute one. */
type Beside = (named: string) => string;

function graphOf({ graph }: Settings, beside: Beside): Config['graph'] {
  if (graph.driver === 'embedded' || graph.ca_file === undefined) return graph;
  return { ...graph, ca_file: beside(graph.ca_file) };
}

function temporalOf({ temporal }: Settings, beside: Beside): Config['temporal'] {
  if (typeof temporal.tls === 'boolean') return temporal;
  const { server_name: serverName, ...files } = temporal.tls;
  const named = Object.entries(files).map(([key, file]) => [key, file && beside(file)] as const);
  return { ...temporal, tls: { server_name: serverName, ...Object.fromEntries(named) } };
}

/** As they stand in the file, each with its line. */
function inOrder(
  findings: readonly Finding[],
  document: ConfigDocument,
): { path: string; message: string }[] {
  return findings
    .map(({ path: at, message }) => ({ at, message, line: lineOf(at, document) }))
    .sort((a, b) => a.line - b.line)
    .map(({ at, message, line }) => ({
      path: formatPath(at),
      message: line === 0 ? message : `${message} (line ${line})`,
    }));
}

function lineOf(at: Path, document: ConfigDocument): number {
  return document.lineOf(at) ?? 0;
}
