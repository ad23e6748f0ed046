import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { PayloadInvalidError } from '#provider-kit';

type JsonSchema = Readonly<Record<string, unknown>>;

const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/** @returns what is wrong with the schema itself, or undefined */
export function checkSchema(schema: JsonSchema): string | undefined {
  try {
    compile(schema);
    return undefined;
  } catch (error) {
    return `is not a sound JSON Schema: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @throws PayloadInvalidError which names the first place that does not satisfy the schema */
export function checkBody(schema: JsonSchema, payload: unknown): void {
  const validate = compile(schema);
  if (validate(payload)) return;
  const problem = validate.errors?.[0];
  throw new PayloadInvalidError(
    `The payload${problem?.instancePath ?? ''} does not satisfy body_schema: it ${problem?.message ?? 'differs'}.`,
  );
}

function compile(schema: JsonSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  compiled.set(schema, validate);
  return validate;
}
