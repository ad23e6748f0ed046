import type { Environment } from './environment.ts';
import { isMapping } from './path.ts';
import type { Finding, Path } from './path.ts';

export interface Interpolated {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

const reference = /\$\$\{|\$\{([^}]*)\}?/g;
const named = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;

/**
 * Fills `${NAME}` and `${NAME:-default}` in every text; `$${` is a plain `${`. The default stands for a variable that is
 * unset or empty. A text that becomes empty, and a key without a value, are as if they were not there: so an optional
 * setting is left out.
 */
export function interpolate(value: unknown, env: Environment, path: Path = []): Interpolated {
  if (typeof value === 'string') return interpolateText(value, env, path);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => interpolate(item, env, [...path, index]));
    return {
      value: items.map((item) => item.value).filter((item) => item !== undefined),
      findings: items.flatMap(({ findings }) => findings),
    };
  }
  if (!isMapping(value)) return { value: value ?? undefined, findings: [] };
  const entries = Object.entries(value).map(
    ([key, child]) => [key, interpolate(child, env, [...path, key])] as const,
  );
  return {
    value: Object.fromEntries(
      entries.flatMap(([key, child]) => (child.value === undefined ? [] : [[key, child.value]])),
    ),
    findings: entries.flatMap(([, { findings }]) => findings),
  };
}

function interpolateText(text: string, env: Environment, path: Path): Interpolated {
  const findings: Finding[] = [];
  const value = text.replace(reference, (whole, inner: string | undefined) => {
    if (inner === undefined) return '${';
    const [, name, fallback] = (whole.endsWith('}') ? named.exec(inner) : undefined) ?? [];
    if (name === undefined) {
      findings.push({
        path,
        message: 'has a ${ that is not ${NAME} or ${NAME:-default}; $${ is a plain one',
      });
      return whole;
    }
    const given = env[name];
    if (given !== undefined && (given !== '' || fallback === undefined)) return given;
    if (fallback === undefined)
      findings.push({ path, message: `needs the environment variable ${name}, which is not set` });
    return fallback ?? whole;
  });
  return { value: value === '' && text !== '' ? undefined : value, findings };
}
