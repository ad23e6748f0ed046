/** Where a setting stands: keys and positions in lists, from the top. */
export type Path = readonly (string | number)[];

/** A problem before it is told to anybody. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
}

/** `webhooks.providers.github.webhook_secret[1]` */
export function formatPath(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((part, index) => path[index] === part);
}

/** Whether it has keys: what YAML calls a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
