#!/usr/bin/env node
import { runCommandLine } from './cli/program.ts';
import { environment } from './config/environment.ts';

// A reader that has seen enough (`| head`) closes the pipe: nothing to report.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

process.exitCode = await runCommandLine({
  words: process.argv.slice(2),
  out: process.stdout,
  err: process.stderr,
  env: environment(),
});
