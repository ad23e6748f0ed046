import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/**
 * The SDK's runtime, once in a process and before any connection: its log goes into ours, and the signals stay with
 * us, because the HTTP server must stop before the workers do.
 */
export function installRuntime(log: Logger): void {
  const write = (level: Level, message: string, meta?: object): void => {
    log[level](withoutNoise(meta), message);
  };
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => {
        write(level.toLowerCase() as Level, message, meta);
      },
      trace: (message, meta) => {
        write('trace', message, meta);
      },
      debug: (message, meta) => {
        write('debug', message, meta);
      },
      // The SDK tells of each worker's life on this level; ours says so once.
      info: (message, meta) => {
        write('debug', message, meta);
      },
      warn: (message, meta) => {
        write('warn', message, meta);
      },
      error: (message, meta) => {
        write('error', message, meta);
      },
    },
  });
}

/** Without what is long and says nothing to a reader of logs; an error as its message alone. */
function withoutNoise(meta: object = {}): object {
  const { error, taskToken: _token, ...rest } = meta as { error?: unknown; taskToken?: unknown };
  return error instanceof Error ? { ...rest, error: error.message } : rest;
}
