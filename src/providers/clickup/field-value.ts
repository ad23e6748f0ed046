import { z } from '#provider-kit';
import { type CustomField, readAs } from './schema.ts';

const delta = z.object({ ops: z.array(z.object({ insert: z.unknown().optional() })) });

/** The text of a description, which ClickUp's history holds as a Quill document in JSON; embedded objects have none. */
export function textOfDelta(value: unknown): string | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  const document = readAs(delta, parse(value));
  if (document === undefined) return value;
  const inserts = document.ops.map(({ insert }) => insert);
  return inserts
    .filter((insert) => typeof insert === 'string')
    .join('')
    .trimEnd();
}

/** A custom field's value as a text: chosen options by their names, people by theirs, the rest as JSON. */
export function nameOfValue(field: CustomField, value: unknown): string | null | undefined {
  if (value === null || value === undefined) return value;
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  return values.map((one) => nameOfOne(field, one)).join(', ');
}

const person = z.object({ username: z.string() });

/** Labels and drop-downs give an option's id, in the API a drop-down gives its position. */
function nameOfOne({ type, type_config: config }: CustomField, value: unknown): string {
  const isPosition = type === 'drop_down' && typeof value === 'number';
  const option = config?.options?.find(({ id, orderindex }) => (isPosition ? orderindex : id) === value);
  const name = option?.name ?? option?.label ?? readAs(person, value)?.username;
  if (typeof name === 'string') return name;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
