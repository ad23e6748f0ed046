const streams = [process.stdout, process.stderr];

/** A reader that has seen enough (`| head`) closes the pipe: a command has nothing more to do, and nothing to report. */
export function endWithReaders(): void {
  for (const stream of streams) stream.on('error', endIfClosed);
}

/**
 * A server has, whatever keeps its log from being written, a full disk too: it goes on without these lines, and stops as
 * it is told to.
 */
export function outliveReaders(): void {
  for (const stream of streams) stream.on('error', ignore).off('error', endIfClosed);
}

function endIfClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

function ignore(): void {
  // What would tell of it cannot be written either.
}
