const streams = [process.stdout, process.stderr];

/** A reader that has seen enough (`| head`) closes the pipe: a command has nothing more to do, and nothing to report. */
export function endWithReaders(): void {
  for (const stream of streams) stream.on('error', endIfClosed);
}

/** A server has: it goes on without a log, and stops as it is told to. */
export function outliveReaders(): void {
  for (const stream of streams) stream.on('error', throwUnlessClosed).off('error', endIfClosed);
}

function endIfClosed(error: NodeJS.ErrnoException): void {
  throwUnlessClosed(error);
  process.exit(0);
}

function throwUnlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
