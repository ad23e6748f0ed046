import { alternatives, choiceOf } from '../config/shape.ts';
import type { Shape } from '../config/shape.ts';

/** A setting as it is told to people. */
export interface SettingRow {
  readonly path: readonly string[];
  readonly shape: Shape;
  /** `there`: only where its block is given. */
  readonly required: 'always' | 'there' | 'no';
  /** Of a block whose keys depend on one of them: the choice that has it, such as `driver: neo4j`. */
  readonly choice?: string | undefined;
}

type Position = Pick<SettingRow, 'path' | 'required' | 'choice'>;

/** Every setting of a shape in its order, blocks resolved to what stands in them. */
export function settingRows(shape: Shape, path: readonly string[] = []): readonly SettingRow[] {
  return rowsBelow(shape, { path, required: 'always' });
}

function rowsBelow(shape: Shape, above: Position): readonly SettingRow[] {
  const choices = choicesOf(shape);
  if (choices.length > 0) return rowsOfChoices(choices, above);
  return alternatives(shape).flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([key, child]): readonly SettingRow[] => {
      const path = [...above.path, key];
      const needed = required.includes(key) ? above.required : 'no';
      if (child.properties === undefined && choicesOf(child).length === 0)
        return [{ ...above, path, shape: child, required: needed }];
      return rowsBelow(child, { ...above, path, required: needed === 'always' ? 'always' : 'there' });
    }),
  );
}

/**
 * The blocks of which one stands there, by the value of one key; none where the setting is told in a row of its own, as
 * one with a description is.
 */
export function choicesOf({ description, oneOf = [] }: Shape): readonly Shape[] {
  return description === undefined && oneOf.every((one) => choiceOf(one) !== undefined) ? oneOf : [];
}

/** The first choice tells of the key that they differ by, with the values of all. */
function rowsOfChoices(choices: readonly Shape[], above: Position): readonly SettingRow[] {
  return choices.flatMap((one, index) => {
    const choice = index === 0 ? undefined : choiceOf(one);
    const rows = rowsBelow(one, { ...above, required: 'there', choice });
    const others = rows.filter(({ shape }) => shape.const === undefined);
    const chosen = rows.find(({ shape }) => shape.const !== undefined);
    if (chosen === undefined || index > 0) return others;
    const { const: _one, ...shape } = chosen.shape;
    return [{ ...chosen, shape: { ...shape, enum: choices.flatMap(valuesOfChoice) } }, ...others];
  });
}

function valuesOfChoice({ properties = {} }: Shape): string[] {
  return Object.values(properties).flatMap(({ const: only }) => (only === undefined ? [] : [String(only)]));
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
