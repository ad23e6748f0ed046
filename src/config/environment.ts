/** The environment as the rest of the program may see it: this folder alone reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy, also for child processes. */
export function environment(): Environment {
  return { ...process.env };
}

/** Whether a machine runs this: then a test that cannot run is a failure, and nothing is asked or drawn. */
export function isContinuousIntegration(env: Environment = process.env): boolean {
  return env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
}
