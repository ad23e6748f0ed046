import { z } from 'zod';
import { isMapping } from './path.ts';
import type { Path } from './path.ts';

/** A schema as data (JSON Schema): what the messages, the example and the table of keys are made of. */
export interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly pending?: boolean;
}

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
}

/** The shape itself, or its alternatives. */
export function alternatives(shape: Shape): readonly Shape[] {
  return [shape, ...(shape.anyOf ?? []).flatMap(alternatives), ...(shape.oneOf ?? []).flatMap(alternatives)];
}

/** The keys that may stand at a path. */
export function knownKeys(shape: Shape, path: Path): readonly string[] {
  let here: readonly Shape[] = alternatives(shape);
  for (const part of path) here = here.flatMap((one) => childrenOf(one, part)).flatMap(alternatives);
  return [...new Set(here.flatMap((one) => Object.keys(one.properties ?? {})))];
}

/** The shapes that may stand below a key or at a position. */
export function childrenOf(shape: Shape, part: string | number): readonly Shape[] {
  if (typeof part === 'number') return shape.items === undefined ? [] : [shape.items];
  const named = Object.hasOwn(shape.properties ?? {}, part) ? shape.properties?.[part] : undefined;
  if (named !== undefined) return [named];
  return typeof shape.additionalProperties === 'object' ? [shape.additionalProperties] : [];
}

/**
 * A text where the shape wants a number or true or false becomes one, for what comes from the environment is always a
 * text. The other way nothing is done: a secret that YAML took for a number has lost its zeros.
 */
export function fitScalars(value: unknown, shape: Shape): unknown {
  const shapes = alternatives(shape);
  if (typeof value === 'string') return fitText(value, new Set(shapes.map(scalarType)));
  if (Array.isArray(value)) {
    const items = shapes.find((one) => one.items !== undefined)?.items;
    return items === undefined ? value : value.map((item) => fitScalars(item, items));
  }
  if (!isMapping(value)) return value;
  const mapping = shapes.find((one) => one.type === 'object');
  if (mapping === undefined) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const [childShape] = childrenOf(mapping, key);
      return [key, childShape === undefined ? child : fitScalars(child, childShape)];
    }),
  );
}

function scalarType({ type, anyOf, oneOf }: Shape): string {
  return type ?? (anyOf === undefined && oneOf === undefined ? 'any' : 'alternatives');
}

function fitText(text: string, types: ReadonlySet<string>): unknown {
  if (types.has('string') || types.has('any')) return text;
  const isNumber = types.has('integer') || types.has('number');
  if (isNumber && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
