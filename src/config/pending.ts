import { isMapping } from './path.ts';
import type { Finding } from './path.ts';
import { settingsSchema } from './schema.ts';
import { shapeOf } from './shape.ts';

/** A warning for each block that the file has and that this release checks but does not use. */
export function pendingKeys(value: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { properties = {} } = shapeOf(settingsSchema);
  return Object.entries(properties)
    .filter(([key, shape]) => shape.pending === true && isMapping(value) && Object.hasOwn(value, key))
    .map(([key]) => ({ path: [key], message: 'is checked, but has no effect in this release' }));
}
