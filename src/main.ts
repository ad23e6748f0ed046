#!/usr/bin/env node
import { endWithReaders } from './cli/closed-pipe.ts';
import { exitStatus } from './cli/exit-status.ts';
import { asSystemRefusal } from './cli/system-refusal.ts';
import { environment } from './config/environment.ts';

endWithReaders();

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
