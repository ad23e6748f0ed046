import { eventTime, z } from '#provider-kit';

/** Only identity is required: GitHub leaves parts out by age, by permission and by server version. */
export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const count = z.number().int().nullish();

/** GitHub's own schemas allow null in its lists, such as for an account that is gone. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item.nullable())
    .transform((items) => items.filter((one) => one !== null))
    .nullish();

/** ISO text, or whole seconds since 1970 (a push writes its repository's times so). */
export const time = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) =>
    value === null ? null : eventTime(typeof value === 'number' ? value * 1000 : value),
  );
