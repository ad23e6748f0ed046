/** The environment as the rest of the program may see it: this folder alone reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy, also for child processes. */
export function environment(): Environment {
  return { ...process.env };
}
