import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/package-root.ts';

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; `$$` is a plain dollar. */
const variable = /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g;

export interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: unknown;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly deploy?: {
    readonly resources: { readonly limits: { readonly memory: string; readonly pids: number } };
  };
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export async function readRoot(name: string): Promise<string> {
  return await readFile(join(packageRoot, name), 'utf8');
}

/** The variables that a text names, each once. */
export function variablesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(variable)].flatMap(([, name]) => (name === undefined ? [] : [name])))];
}

/** @throws where a variable is required and has no value */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(variable, (whole: string, name?: string, kind?: string, rest?: string) => {
    if (name === undefined) return whole;
    const value = values[name] ?? '';
    if (value !== '') return value;
    if (kind === '?') throw new Error(`${name} is required: ${rest ?? ''}`);
    return kind === '-' ? (rest ?? '') : '';
  });
}

export function parseCompose(text: string): Compose {
  return parse(text, { merge: true }) as Compose;
}

/** `NAME=value` lines of an env file. */
export function parseEnvFile(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`not NAME=value: ${line}`);
      return [name, value] as const;
    }),
  );
}
