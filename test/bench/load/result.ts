/** What a load generator measured of one step. */
export interface LoadResult {
  /** Milliseconds since 1970 of the first request. */
  readonly startedAt: number;
  /** From the first request to the last answer. */
  readonly milliseconds: number;
  /** Answered with 2xx. */
  readonly accepted: number;
  /** Answered otherwise, or not at all. */
  readonly refused: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers that took more than three seconds, which is where Slack and Discord give up. */
  readonly late: number;
}

const lateMs = 3000;

export function summarize(
  times: readonly number[],
  given: Pick<LoadResult, 'startedAt' | 'milliseconds' | 'refused'>,
): LoadResult {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
  return {
    ...given,
    accepted: sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    late: sorted.filter((ms) => ms > lateMs).length,
  };
}
