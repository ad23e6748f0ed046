#!/usr/bin/env node
import { exitStatus } from './cli/exit-status.ts';
import { asSystemRefusal } from './cli/system-refusal.ts';
import { environment } from './config/environment.ts';

// A reader that has seen enough (`| head`) closes the pipe: nothing to report.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

process.exitCode = await run().catch((error: unknown) => {
  const refusal = asSystemRefusal(error);
  if (refusal === undefined) throw error;
  process.stderr.write(`flowstate: ${refusal.code}: ${refusal.message}\n`);
  return exitStatus.system;
});

async function run(): Promise<number> {
  // Loaded here, because there may be too few open files even for that.
  const { runCommandLine } = await import('./cli/program.ts');
  const { stdout: out, stderr: err } = process;
  return await runCommandLine({ words: process.argv.slice(2), out, err, env: environment() });
}
