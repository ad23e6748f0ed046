/**
 * Event times are ISO 8601 in UTC with six decimals, so that comparing the texts compares the times.
 * `0001-01-01…` to `9999-12-31…`; anything else is no event time.
 */
export type EventTime = string;

/** A time of day without a zone, which JavaScript takes for one of wherever the process runs. */
const zoneless = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/;

/**
 * From milliseconds since 1970, a Date, or an ISO text with any number of decimals, in UTC unless it says its zone.
 * Undefined where it is no time.
 */
export function eventTime(value: number | string | Date | null | undefined): EventTime | undefined {
  if (value === null || value === undefined) return undefined;
  const date = value instanceof Date ? value : new Date(typeof value === 'string' ? inUtc(value) : value);
  const ms = date.getTime();
  if (!Number.isFinite(ms) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return undefined;
  const micros = typeof value === 'string' ? microsecondsOf(value) : '000';
  return `${date.toISOString().slice(0, -1)}${micros}Z`;
}

/** From a decimal text of seconds such as Slack's `1699999999.000200`, exact to the microsecond. */
export function eventTimeOfSeconds(text: string): EventTime | undefined {
  const match = /^(\d{1,11})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return undefined;
  const micros = (match[2] ?? '').padEnd(6, '0');
  const whole = eventTime(Number(match[1]) * 1000);
  return whole === undefined ? undefined : `${whole.slice(0, 20)}${micros}Z`;
}

function inUtc(text: string): string {
  return text.replace(zoneless, '$1T$2Z');
}

/** The fourth to sixth decimal, which a Date drops. */
function microsecondsOf(text: string): string {
  const decimals = /\.(\d+)/.exec(text)?.[1] ?? '';
  return decimals.slice(3, 6).padEnd(3, '0');
}
