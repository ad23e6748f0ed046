import { z } from 'zod';
import { boundedKey, boundedText } from '../delivery.ts';
import { ParameterInvalidError } from '../errors.ts';
import { type EventStatus, statusInQueries } from '../temporal/visibility.ts';

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const maxMs = 3650 * units.d;

/** `30m`, `24h`, `7d`, with its length in milliseconds. */
export const span = z.string().transform((text, context) => {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const ms = match === null ? NaN : Number(match[1]) * units[match[2] as keyof typeof units];
  if (ms > 0 && ms <= maxMs) return { text, ms };
  context.addIssue({ code: 'custom', message: 'must be a span such as 30m, 24h or 7d' });
  return z.NEVER;
});

/** What a delivery is known by is bounded when it is accepted, so what it is asked by is bounded too. */
const bounded = z.string().min(1).max(1000).transform(boundedKey);
/** Temporal keeps values with these characters but finds none of them, however they are quoted. */
const findable = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}"\\]{1,500}$/u, 'must be 1 to 500 characters without " and \\');
const statuses = Object.keys(statusInQueries) as [EventStatus, ...EventStatus[]];
const providerName = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be the name of a provider');

export const statsParameters = z.strictObject({ window: span.optional() });

export const eventsParameters = z.strictObject({
  provider: providerName.optional(),
  status: z.enum(statuses).optional(),
  type: findable.transform(boundedText).optional(),
  entity: findable.optional(),
  since: span.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

export const rejectionsParameters = z.strictObject({
  /** Or `unknown`, for those that no configured provider was meant by. */
  provider: providerName.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

export const eventParameters = z.object({ provider: providerName, id: bounded });
export const replayParameters = z.strictObject({ force: z.enum(['true', 'false']).default('false') });

export const graphBody = z.strictObject({
  query: z.string().min(1),
  parameters: z.record(z.string(), z.unknown()).default({}),
  max_rows: z.number().int().min(1).max(10_000).default(1000),
  timeout_ms: z.number().int().min(1).max(60_000).default(10_000),
});

/** Beside the query's own parameters, which are texts. */
export const savedBounds = z
  .object({
    max_rows: z.coerce.number().int().min(1).max(10_000).default(1000),
    timeout_ms: z.coerce.number().int().min(1).max(60_000).default(10_000),
  })
  .catchall(z.string('must be given once').max(1000));

/** @throws ParameterInvalidError which names the first parameter that is wrong */
export function readParameters<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
  const name = [...(issue?.path ?? []), unknown].filter((part) => part !== '').join('.');
  throw new ParameterInvalidError(`${name === '' ? 'The request' : name}: ${issue?.message ?? 'is wrong'}.`);
}
