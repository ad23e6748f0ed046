import { ParameterInvalidError } from '../../errors.ts';

interface Described {
  readonly meaning: string;
}

/** A parameter of a saved query. One without a default must be given. */
export type ParameterOf = Described &
  (
    | { readonly kind: 'text'; readonly default?: string }
    | { readonly kind: 'number'; readonly default?: number; readonly min: number; readonly max: number }
    /** ISO 8601, with its zone; the default is when it is asked. */
    | { readonly kind: 'time' }
    /** A node, by its key or by any name that texts refer to it by. */
    | { readonly kind: 'entity'; readonly label?: string }
  );

/** A node that was asked for: the key is empty while only its name is known. */
export interface EntityValue {
  readonly label: string;
  readonly key: string;
  /** Of the Alias that stands for it, empty where none was named. */
  readonly alias: string;
}

export type Value = string | number | Date | EntityValue;
export type Values = Readonly<Record<string, Value>>;

/** Of a parameter that is a text; empty where there is none. */
export function textIn(values: Values, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : '';
}

/** How a parameter is written, for lists and tables. */
export function describeParameter(name: string, parameter: ParameterOf): string {
  switch (parameter.kind) {
    case 'text':
      return parameter.default === undefined
        ? `${name}=TEXT`
        : `${name}=TEXT (default: ${parameter.default || 'any'})`;
    case 'number':
      return `${name}=N (${parameter.min} to ${parameter.max}${parameter.default === undefined ? '' : `, default: ${parameter.default}`})`;
    case 'time':
      return `${name}=TIME (default: now)`;
    case 'entity':
      return `${name}=KEY or NAME`;
  }
}

/** Whether the query cannot be asked without it. */
export function isRequired(parameter: ParameterOf): boolean {
  return parameter.kind === 'entity' || (parameter.kind !== 'time' && parameter.default === undefined);
}

/**
 * The texts of a command line or an address as values; an entity stays a text, which the graph resolves.
 *
 * @throws ParameterInvalidError which names the parameter and what it must be
 */
export function readValues(
  parameters: Readonly<Record<string, ParameterOf>>,
  given: Readonly<Record<string, string>>,
  now: Date,
): Record<string, string | number | Date> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0) {
    const known = Object.keys(parameters).join(', ') || 'none';
    throw new ParameterInvalidError(`There is no parameter ${unknown.join(', ')}; there are: ${known}.`);
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      readValue(name, parameter, { text: given[name], now }),
    ]),
  );
}

interface Text {
  readonly text: string | undefined;
  readonly now: Date;
}

function readValue(name: string, parameter: ParameterOf, { text, now }: Text): string | number | Date {
  switch (parameter.kind) {
    case 'time':
      return text === undefined ? now : timeOf(name, text);
    case 'number':
      return numberOf(name, parameter, text ?? parameter.default);
    case 'text':
    case 'entity': {
      const value = text ?? ('default' in parameter ? parameter.default : undefined);
      if (value === undefined || (text !== undefined && text.trim() === '')) {
        throw new ParameterInvalidError(`${name} is missing: ${parameter.meaning}`);
      }
      return value.trim();
    }
  }
}

function numberOf(
  name: string,
  { min, max, meaning }: { readonly min: number; readonly max: number; readonly meaning: string },
  given: string | number | undefined,
): number {
  if (given === undefined) throw new ParameterInvalidError(`${name} is missing: ${meaning}`);
  const value = typeof given === 'number' || /^\d{1,9}$/.test(given) ? Number(given) : NaN;
  if (value >= min && value <= max) return value;
  throw new ParameterInvalidError(`${name} must be a whole number from ${min} to ${max}.`);
}

const zoned = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function timeOf(name: string, text: string): Date {
  const time = zoned.test(text) ? new Date(text) : new Date(NaN);
  if (Number.isFinite(time.getTime())) return time;
  throw new ParameterInvalidError(`${name} must be a time such as 2026-11-24T12:00:00Z.`);
}
