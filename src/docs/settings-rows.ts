import { alternatives } from '../config/shape.ts';
import type { Shape } from '../config/shape.ts';

/** A setting as it is told to people. */
export interface SettingRow {
  readonly path: readonly string[];
  readonly shape: Shape;
  /** `there`: only where its block is given. */
  readonly required: 'always' | 'there' | 'no';
}

type Position = Pick<SettingRow, 'path' | 'required'>;

/** Every setting of a shape in its order, blocks resolved to what stands in them. */
export function settingRows(shape: Shape, path: readonly string[] = []): readonly SettingRow[] {
  return rowsBelow(shape, { path, required: 'always' });
}

function rowsBelow(shape: Shape, above: Position): readonly SettingRow[] {
  return alternatives(shape).flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([key, child]): readonly SettingRow[] => {
      const path = [...above.path, key];
      const needed = required.includes(key) ? above.required : 'no';
      if (child.properties === undefined) return [{ path, shape: child, required: needed }];
      return rowsBelow(child, { path, required: needed === 'always' ? 'always' : 'there' });
    }),
  );
}

/** What may stand there, in words. */
export function kindOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map((choice) => `\`${String(choice)}\``).join(', ');
  if (shape.const !== undefined) return `\`${shape.const}\``;
  const branches = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
  if (branches.length > 0) return [...new Set(branches.map(kindOf))].join(' or ');
  return kinds[shape.type ?? ''] ?? 'any';
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'mapping',
};
