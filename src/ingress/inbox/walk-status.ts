/** What the walk of an inbox file ends with, where it comes to its end. */
export const walkStatus = { sound: 0, failed: 1, damaged: 65 } as const;

/** How a damaged file may end the process that reads it. */
export const deadlySignals: ReadonlySet<unknown> = new Set([
  'SIGBUS',
  'SIGSEGV',
  'SIGABRT',
  'SIGILL',
  'SIGFPE',
]);
