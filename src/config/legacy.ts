import { isMapping } from './path.ts';
import type { Finding, Path } from './path.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** The providers that older configuration files keep in a block of their own at the top. */
const legacyNames = ['clickup'];

export interface Modernized {
  readonly value: Mapping;
  readonly warnings: readonly Finding[];
  /** Where in the file a setting stands that stands at `path` of `value`. */
  originOf(path: Path): Path;
  /** Where a setting of the file stands in `value`; undefined where another one stands there in its place. */
  placeOf(path: Path): Path | undefined;
}

/** Moves the legacy blocks to `webhooks.providers`; where a setting stands in both places the new one wins. */
export function modernize(value: Mapping): Modernized {
  const { webhooks = {}, ...rest } = value;
  const blocks = Object.entries(rest).filter(([key, block]) => legacyNames.includes(key) && isMapping(block));
  if (blocks.length === 0 || !isMapping(webhooks))
    return { value, warnings: [], originOf: itself, placeOf: itself };

  const current = isMapping(webhooks['providers']) ? webhooks['providers'] : {};
  const moved = blocks.map(([name, block]) => [name, { ...(block as Mapping), ...mappingAt(current, name) }]);
  const providers = { ...current, ...(Object.fromEntries(moved) as Mapping) };
  const others = Object.entries(rest).filter(([key]) => !blocks.some(([name]) => name === key));
  return {
    value: { ...Object.fromEntries(others), webhooks: { ...webhooks, providers } },
    warnings: blocks.map(([name]) => ({
      path: [name],
      message: `is the old place of these settings; move them to webhooks.providers.${name}`,
    })),
    originOf: (path) => {
      const [name, key] = [String(path[2]), String(path[3])];
      const isOfProvider = path[0] === 'webhooks' && path[1] === 'providers' && path.length > 3;
      const isLegacy = isOfProvider && !(key in mappingAt(current, name)) && key in mappingAt(rest, name);
      return isLegacy && legacyNames.includes(name) ? path.slice(2) : path;
    },
    placeOf: (path) => {
      const [name, key] = [String(path[0]), String(path[1])];
      if (!blocks.some(([block]) => block === name)) return path;
      return key in mappingAt(current, name) ? undefined : ['webhooks', 'providers', ...path];
    },
  };
}

function itself(path: Path): Path {
  return path;
}

function mappingAt(mapping: Mapping, key: string): Mapping {
  const value = mapping[key];
  return isMapping(value) ? value : {};
}
