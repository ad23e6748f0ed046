import { z } from 'zod';
import { isMapping } from './path.ts';
import type { Path } from './path.ts';

/** A schema as data (JSON Schema): what the messages, the example and the table of keys are made of. */
export interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly object[];
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

/** A schema that hands its result to another takes what either of them names: a preset, and what it stands for. */
export function shapeOf(schema: z.ZodType): Shape {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  if (!(schema instanceof z.ZodPipe) || schema.out instanceof z.ZodTransform) return shape;
  const { examples } = (schema.meta() ?? {}) as Pick<Shape, 'examples'>; // zod leaves those of such a schema out
  return { anyOf: [shape, shapeOf(schema.out as z.ZodType)], ...(examples && { examples }) };
}

/** The shape itself, or its alternatives. */
export function alternatives(shape: Shape): readonly Shape[] {
  return [shape, ...[...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].flatMap(alternatives)];
}

/** The keys that may stand at a path. */
export function knownKeys(shape: Shape, path: Path = []): readonly string[] {
  return [...new Set(shapesAt(shape, path).flatMap((one) => Object.keys(one.properties ?? {})))];
}

/** Of a block whose keys depend on one of them, such as `driver`: the choice that takes `key`, as `driver: neo4j`. */
export function choiceWith(key: string, shape: Shape, path: Path = []): string | undefined {
  return shapesAt(shape, path)
    .filter(({ properties = {} }) => Object.hasOwn(properties, key))
    .map(choiceOf)
    .find((choice) => choice !== undefined);
}

/** What an alternative is chosen by: the key that has one value only, and that value. */
export function choiceOf({ properties = {} }: Shape): string | undefined {
  const chosen = Object.entries(properties).find(([, child]) => child.const !== undefined);
  return chosen === undefined ? undefined : `${chosen[0]}: ${chosen[1].const}`;
}

function shapesAt(shape: Shape, path: Path): readonly Shape[] {
  return path.reduce<readonly Shape[]>(childrenOf, alternatives(shape));
}

/** Whether no other keys than the known ones may stand at its top. */
export function isClosed(shape: Shape): boolean {
  return alternatives(shape).some((one) => one.additionalProperties === false);
}

/** What may stand below a key or at a position: where one of the shapes names the key, what it says of it. */
function childrenOf(shapes: readonly Shape[], part: string | number): readonly Shape[] {
  const own = shapes.flatMap(({ items, properties }) => {
    if (typeof part === 'number') return items ?? [];
    return properties !== undefined && Object.hasOwn(properties, part) ? (properties[part] ?? []) : [];
  });
  const others = shapes.flatMap(({ additionalProperties: other }) =>
    typeof other === 'object' ? other : [],
  );
  return (own.length > 0 || typeof part === 'number' ? own : others).flatMap(alternatives);
}

/**
 * A text where the shape wants a number or true or false becomes one, for what comes from the environment is always a
 * text. The other way nothing is done: a secret that YAML took for a number has lost its zeros.
 */
export function fitScalars(value: unknown, shape: Shape): unknown {
  return fit(value, alternatives(shape));
}

function fit(value: unknown, shapes: readonly Shape[]): unknown {
  if (typeof value === 'string') return fitText(value, new Set(shapes.map(scalarType)));
  if (Array.isArray(value)) return value.map((item, index) => fit(item, childrenOf(shapes, index)));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, fit(child, childrenOf(shapes, key))]),
  );
}

function scalarType({ type, anyOf, oneOf }: Shape): string {
  return type ?? (anyOf === undefined && oneOf === undefined ? 'any' : 'alternatives');
}

function fitText(text: string, types: ReadonlySet<string>): unknown {
  if (types.size === 0 || types.has('string') || types.has('any')) return text;
  const isNumber = types.has('integer') || types.has('number');
  if (isNumber && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
